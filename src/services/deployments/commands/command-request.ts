import { refused, type Refused } from '../../kernel/denials/denial.js'
import { isKnownCommand, isSupportedCommand } from './command-catalogue.js'
import { isStorable } from './storable-json.js'

/** What is asked of an agent; exactly one member. */
export interface CommandInput {
  readonly health?: {
    appCode?: string | null
    container?: string | null
    includeMetrics?: boolean | null
    includeSystem?: boolean | null
  } | null
  readonly logs?: {
    appCode: string
    container?: string | null
    cursor?: string | null
    limit?: number | null
    streams?: readonly string[] | null
    redact?: boolean | null
  } | null
  readonly restart?: AppInput | null
  readonly start?: AppInput | null
  readonly stop?: { appCode: string; container?: string | null; timeout?: number | null } | null
  readonly other?: { type: string; parameters: unknown } | null
}

interface AppInput {
  readonly appCode: string
  readonly container?: string | null
  readonly force?: boolean | null
}

/** A command as the agent will read it: parameters in its own words, always an object. */
export interface CommandRequest {
  readonly type: string
  readonly appCode: string | null
  readonly parameters: Readonly<Record<string, unknown>>
}

const STREAMS = ['stdout', 'stderr']
const APP_CODE = /^[\w.-]{1,100}$/

/** Pure: the typed input as a command with its defaults filled in, or why it is none. */
export function toCommandRequest(input: CommandInput): CommandRequest | Refused {
  if (input.health) {
    const appCode = input.health.appCode ?? 'all'
    return forApp('health', appCode, input.health.container, {
      include_metrics: input.health.includeMetrics ?? true,
      include_system: input.health.includeSystem ?? false,
    })
  }
  if (input.logs) {
    const { appCode, container, cursor, redact } = input.logs
    const limit = input.logs.limit ?? 400
    const streams = input.logs.streams?.length ? input.logs.streams : STREAMS
    if (limit < 1 || limit > 1000) return invalid('limit must be between 1 and 1000.', 'command.logs.limit')
    if (streams.some((stream) => !STREAMS.includes(stream)))
      return invalid('streams are stdout and stderr.', 'command.logs.streams')
    return forApp('logs', appCode, container, { ...(cursor ? { cursor } : {}), limit, streams, redact: redact ?? true })
  }
  if (input.restart)
    return forApp('restart', input.restart.appCode, input.restart.container, { force: input.restart.force ?? false })
  if (input.start) return forApp('start', input.start.appCode, input.start.container, {})
  if (input.stop) {
    const timeout = input.stop.timeout ?? 30
    if (timeout < 1 || timeout > 300)
      return invalid('timeout must be between 1 and 300 seconds.', 'command.stop.timeout')
    return forApp('stop', input.stop.appCode, input.stop.container, { timeout })
  }
  if (input.other) return otherCommand(input.other.type, input.other.parameters)
  return invalid('A command has exactly one field.', 'command')
}

/**
 * A command by its name, as REST callers and `other` give it. The agent lets an object `params` stand for all parameters, so it does
 * here as well, before anything is decided by them; which deployment they are for is never theirs to say.
 */
export function otherCommand(name: string, parameters: unknown): CommandRequest | Refused {
  const type = name
    .trim()
    .toLowerCase()
    .replace(/^stacker\./, '')
  if (!isSupportedCommand(type))
    return refused('COMMAND_NOT_SUPPORTED', `No agent of this version runs '${type}'.`, { field: 'type' })
  if (!isKnownCommand(type)) return refused('UNKNOWN_COMMAND', `There is no command '${name}'.`, { field: 'type' })
  const given = parameters ?? {}
  if (!isObject(given)) return invalid('parameters must be an object.', 'parameters')
  if (!isStorable(given)) return invalid('parameters hold characters that are no text.', 'parameters')
  const { deployment_hash: _hash, ...own } = isObject(given['params']) ? given['params'] : given
  const appCode = own['app_code']
  return { type, appCode: typeof appCode === 'string' ? appCode : null, parameters: own }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function forApp(
  type: string,
  appCode: string,
  container: string | null | undefined,
  rest: Record<string, unknown>,
): CommandRequest | Refused {
  if (!APP_CODE.test(appCode))
    return invalid('appCode is 1 to 100 letters, digits, dots, dashes or underscores.', `command.${type}.appCode`)
  const parameters = { app_code: appCode, ...(container ? { container } : {}), ...rest }
  if (!isStorable(parameters)) return invalid('The parameters hold characters that are no text.', `command.${type}`)
  return { type, appCode, parameters }
}

const invalid = (message: string, field: string): Refused => refused('INVALID_PARAMETERS', message, { field })
