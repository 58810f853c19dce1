import type { CommandInput } from '@stackgate/client'

/** Lines of a log that are read at once. */
export const LOG_LINES = 200

interface CommandForm {
  /** Input of the command. `line` is a command line that a person typed. */
  readonly input: (app: string, line: string) => CommandInput
  /** True if it interrupts or changes something: it is confirmed first. */
  readonly isDangerous?: boolean
  /** True if a person types a command line. */
  readonly hasLine?: boolean
  /** True if its details show the result, and no other part of the page does. */
  readonly opensDetails?: boolean
}

/** Commands that the page can send without further parameters. */
export const FORMS: Readonly<Record<string, CommandForm>> = {
  restart: { input: (appCode) => ({ restart: { appCode } }) },
  start: { input: (appCode) => ({ start: { appCode } }) },
  stop: { input: (appCode) => ({ stop: { appCode } }), isDangerous: true },
  logs: { input: (appCode) => ({ logs: { appCode, limit: LOG_LINES } }) },
  health: { input: (appCode) => ({ health: { appCode } }), opensDetails: true },
  list_containers: { input: () => ({ listContainers: {} }) },
  server_resources: { input: () => ({ serverResources: {} }), opensDetails: true },
  error_summary: { input: (appCode) => ({ errorSummary: { appCode } }), opensDetails: true },
  config_diff: { input: () => ({ configDiff: { includeDiff: true } }), opensDetails: true },
  exec: {
    input: (appCode, command) => ({ exec: { appCode, command } }),
    isDangerous: true,
    hasLine: true,
    opensDetails: true,
  },
  deploy_app: { input: (appCode) => ({ deployApp: { appCode } }), isDangerous: true },
  remove_app: { input: (appCode) => ({ removeApp: { appCode } }), isDangerous: true },
}

/** Statuses that do not change any more. */
const TERMINAL: readonly string[] = ['SUCCEEDED', 'FAILED', 'LOST', 'EXPIRED', 'CANCELED']

export const isTerminal = (status: string): boolean => TERMINAL.includes(status)
