import type { z } from 'zod'
import { configurationParameters } from './parameters/configuration-parameters.js'
import { diagnosticParameters } from './parameters/diagnostic-parameters.js'
import { pipeShapes } from './parameters/pipe-parameters.js'
import { lifecycleParameters } from './parameters/lifecycle-parameters.js'

/** Rate of the plan that a command counts against. */
export type CommandRate = 'deploy_rate' | 'restart_rate' | 'logs_rate'

/** One type of command: what it is for, what it takes, and how it is treated. */
export interface CommandSpec {
  readonly type: string
  /** One-line description. */
  readonly summary: string
  /** Parameters as the agent reads them, with defaults and limits; null: no agent has said what it takes. */
  readonly shape: z.ZodType<Record<string, unknown>> | null
  /** True if it is read-only: a second delivery is harmless. */
  readonly readOnly: boolean
  /** False: dashboards know it and no agent of this version runs it. */
  readonly supported: boolean
  readonly rate: CommandRate | null
  /** It may name an application that the deployment does not have yet. */
  readonly namesNewApp: boolean
}

const command = (
  type: string,
  summary: string,
  shape: CommandSpec['shape'],
  special: Partial<Pick<CommandSpec, 'readOnly' | 'supported' | 'rate' | 'namesNewApp'>> = {},
): CommandSpec => ({
  type,
  summary,
  shape,
  readOnly: special.readOnly ?? false,
  supported: special.supported ?? true,
  rate: special.rate ?? null,
  namesNewApp: special.namesNewApp ?? false,
})

const looks = { readOnly: true }
const deploys = { rate: 'deploy_rate', namesNewApp: true } as const
const notRun = { supported: false }

const { health, logs, list_containers, error_summary, server_resources, probe_endpoints, config_diff } =
  diagnosticParameters
const { restart, start, stop, deploy_app, deploy_with_configs, remove_app, exec } = lifecycleParameters
const { fetch_config, apply_config, fetch_all_configs, configure_proxy, configure_firewall } = configurationParameters
const { activate_pipe, deactivate_pipe, trigger_pipe } = pipeShapes

/** All types that current agents support, and requested ones that they do not. */
export const COMMANDS: readonly CommandSpec[] = [
  command('health', 'Checks the health of one or all applications.', health, looks),
  command('logs', 'Fetches log lines of an application.', logs, { ...looks, rate: 'logs_rate' }),
  command('list_containers', 'Lists the containers on the server.', list_containers, looks),
  command('restart', 'Restarts an application.', restart, { rate: 'restart_rate' }),
  command('start', 'Starts an application.', start),
  command('stop', 'Stops an application.', stop),
  command('error_summary', 'Counts and groups the errors in the logs.', error_summary, looks),
  command('deploy_app', 'Installs or updates an application.', deploy_app, deploys),
  command('deploy_with_configs', 'Installs an application with its configuration.', deploy_with_configs, deploys),
  command('remove_app', 'Removes an application.', remove_app),
  command('fetch_config', 'Reads the configuration of an application.', fetch_config, looks),
  command('apply_config', 'Writes the configuration of an application.', apply_config),
  command('fetch_all_configs', 'Reads the configuration of several applications.', fetch_all_configs),
  command('config_diff', 'Compares stored configurations with the files on the server.', config_diff, looks),
  command('configure_proxy', 'Configures the proxy route of an application.', configure_proxy),
  command('configure_firewall', 'Opens and closes ports of the server.', configure_firewall),
  command('exec', 'Runs a command line inside the container of an application.', exec),
  command('server_resources', 'Measures the resources of the server.', server_resources, looks),
  command('probe_endpoints', 'Finds the endpoints that an application offers.', probe_endpoints, looks),
  command('activate_pipe', 'Activates a pipe that forwards data between applications.', activate_pipe),
  command('deactivate_pipe', 'Deactivates a pipe.', deactivate_pipe),
  command('trigger_pipe', 'Runs a pipe once.', trigger_pipe),
  command('check_connections', 'Counts the connections to ports.', diagnosticParameters.check_connections, notRun),
  command('pause', 'Pauses an application.', null, notRun),
  command('rebuild', 'Rebuilds the whole stack.', null, notRun),
  command('backup', 'Saves the data of the deployment.', null, notRun),
]

const byType = new Map(COMMANDS.map((spec) => [spec.type, spec]))

/** A type of the command registry. Undefined for any other. */
export const commandSpec = (type: string): CommandSpec | undefined => byType.get(type)

/** True if handing the command out a second time could do no harm. `fetch_config` with `apply` writes. */
export const isReadOnly = (type: string, parameters: Readonly<Record<string, unknown>>): boolean =>
  (byType.get(type)?.readOnly ?? false) && !(type === 'fetch_config' && parameters['apply'] === true)
