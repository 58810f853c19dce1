import { z } from 'zod'
import { reportedAt, reportMembers, reportType, statusOutcome } from './command-report.js'
import {
  enumValue,
  errors,
  integer,
  json,
  moment,
  nullable,
  optional,
  reportedAs,
  resultType,
  text,
} from './result-fields.js'
import { containerStatus } from './result-states.js'

// Results of several commands, and of commands outside the registry.

export const containerActionResult = reportType('ContainerActionResult', 'Result of `restart`, `start` or `stop`.', {
  ...statusOutcome(),
  containerStatus: reportedAs('container_state', containerStatus).describe('Status of the container after the action.'),
})

export const deployResult = reportType('DeployAppResult', 'Result of `deploy_app` or `deploy_with_configs`.', {
  ...statusOutcome(),
  ...reportedAt('deployed_at'),
  containerStatus: reportedAs('container_state', containerStatus).describe(
    'Status of the container after the deployment.',
  ),
  runtime: text().describe('Container runtime.'),
  output: text().describe('Output of Docker.'),
  warnings: errors().describe('Warnings from the agent.'),
})

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

const pipeResponse = resultType('PipeResponse', 'Response of the target of a pipe.', {
  transport: text().describe('Transport of the data.'),
  statusCode: reportedAs('status', integer()).describe('HTTP status of the response.'),
  delivered: nullable().describe('Whether the target received the data.'),
  body: json().describe('Body of the response.'),
})

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
    targetResponse: optional(pipeResponse).describe('Response of the target to a run. Null without a run.'),
    error: text().describe('Error of a run. Null if none.'),
    triggeredAt: moment().describe("Time of the run (agent's clock)."),
  },
  ['lifecycle', 'last_updated_at'],
)

export const shellResult = reportType('ShellResult', 'Result of a command line on the server.', {
  stdout: text().describe('Standard output.'),
  stderr: text().describe('Standard error output.'),
  exitCode: integer().describe('Exit code. Null if the process was killed.'),
})

/** Not read member by member: `value` is the whole result. */
export const untypedResult = z
  .object({ ...reportMembers, value: json().describe('Result as reported by the agent.') })
  .meta({ title: 'UntypedResult', typeDescription: 'Result of a command outside the registry.' })
