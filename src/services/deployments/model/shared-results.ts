import { z } from 'zod'
import { reportedAt, reportMembers, reportType, statusOutcome } from './command-report.js'
import { enumValue, errors, flag, integer, json, moment, nullable, reportedAs, text } from './result-fields.js'
import { containerStatus } from './result-states.js'

// Results of several commands, and of commands outside the registry.

export const appActionResult = reportType(
  'AppActionResult',
  'Result of `restart`, `start`, `stop`, `deploy_app`, `deploy_with_configs` or `remove_app`.',
  {
    ...statusOutcome(),
    containerStatus: reportedAs('container_state', containerStatus).describe(
      'Status of the container after the action. UNKNOWN after `remove_app`.',
    ),
    runtime: text().describe('Container runtime of a deployment.'),
    output: text().describe('Output of Docker of a deployment.'),
    warnings: errors().describe('Warnings from the agent.'),
  },
  ['deployed_at', 'removed_at'],
)

export const configResult = reportType(
  'ConfigResult',
  'Result of `fetch_config` or `apply_config`. What only one of them reports is null after the other.',
  {
    contentType: text().describe('Content type of the file.'),
    destinationPath: text().describe('Path of the file on the server.'),
    fileMode: text().describe('Permissions of the file.'),
    contentLength: integer().describe('Size of the content, in bytes.'),
    applied: nullable().describe('Whether the configuration was written to the server. Null if not requested.'),
    appliedAt: moment().describe("Time the configuration was written (agent's clock)."),
    applyError: text().describe('Error of writing the configuration. Null if none.'),
    containerRestarted: nullable().describe('Whether the application was restarted. Null if not requested.'),
    restartedAt: moment().describe("Time the application was restarted (agent's clock)."),
    restartError: text().describe('Error of the restart. Null if none.'),
  },
  ['config', 'config_applied', 'fetched_at'],
)

const pipeStatus = enumValue(
  'PipeStatus',
  'Status of a pipe.',
  {
    ACTIVE: 'The pipe is active.',
    INACTIVE: 'The pipe is inactive.',
    FAILED: 'The pipe failed with an error.',
    UNKNOWN: 'The agent did not report a status.',
  },
  'UNKNOWN',
)

export const pipeResult = reportType(
  'PipeResult',
  'Result of activating, deactivating or running a pipe. Scheduled runs are not reported.',
  {
    pipeInstanceId: text().describe('ID of the pipe.'),
    status: reportedAs('state', pipeStatus).describe('Status of the pipe.'),
    active: nullable().describe('Whether the pipe is active.'),
    triggerType: text().describe('Trigger of the pipe.'),
    replaced: nullable().describe('Whether the pipe replaced another one.'),
    reactivated: nullable().describe('Whether the pipe had been active before.'),
    removed: nullable().describe('Whether a pipe was deactivated.'),
    activatedAt: moment().describe("Time the pipe was activated (agent's clock)."),
    deactivatedAt: moment().describe("Time the pipe was deactivated (agent's clock)."),
    lastTriggeredAt: moment().describe("Time of the last run (agent's clock)."),
    lastError: text().describe('Error of the last failed run. Null if none.'),
    triggerCount: integer().describe('Number of runs.'),
    success: nullable().describe('Whether the run succeeded.'),
    sourceData: json().describe('Data read from the source by a run.'),
    mappedData: json().describe('Mapped data of a run.'),
    targetResponse: json().describe(
      'Response of the target to a run, with `status`, `body`, `delivered` and `transport`. Null without a run.',
    ),
    error: text().describe('Error of a run. Null if none.'),
    triggeredAt: moment().describe("Time of the run (agent's clock)."),
  },
  ['lifecycle', 'last_updated_at'],
)

export const execResult = reportType('ExecResult', 'Result of `exec`, or of another command line on the server.', {
  ...reportedAt('executed_at'),
  command: text().describe('Command line that ran. Null if not reported.'),
  exitCode: integer().describe('Exit code. Null if the process was killed.'),
  stdout: text().describe('Standard output.'),
  stderr: text().describe('Standard error output.'),
  redacted: flag().describe('Whether a secret was removed from the output.'),
})

/** Not read member by member: `value` is the whole result. */
export const untypedResult = z
  .object({ ...reportMembers, value: json().describe('Result as reported by the agent.') })
  .meta({ title: 'UntypedResult', typeDescription: 'Result of a command outside the registry.' })
