import { z } from 'zod'
import {
  appCode,
  enumValue,
  errors,
  integer,
  json,
  moment,
  nullable,
  reportedAs,
  resultType,
  text,
} from './result-fields.js'
import { containerState } from './result-states.js'

// Results of several commands, and of commands outside the registry.

const actionOutcome = enumValue(
  'ActionOutcome',
  'Outcome of an action.',
  { OK: 'The action succeeded.', FAILED: 'The action failed.' },
  'FAILED',
)

export const containerActionResult = resultType('ContainerActionResult', 'Result of `restart`, `start` or `stop`.', {
  appCode: appCode(),
  outcome: reportedAs('status', actionOutcome).describe('Outcome of the action.'),
  containerState: containerState.describe('State of the container after the action.'),
  errors: errors(),
})

export const deployResult = resultType('DeployAppResult', 'Result of `deploy_app` or `deploy_with_configs`.', {
  appCode: appCode(),
  agentStatus: reportedAs('status', text()).describe('Status as reported by the agent: `deployed` or `failed`.'),
  containerState: containerState.describe('State of the container after the deployment.'),
  runtime: text().describe('Container runtime.'),
  deployedAt: moment().describe("Time of the deployment (agent's clock)."),
  output: text().describe('Output of Docker.'),
  warnings: json().describe('Warnings from the agent.'),
  errors: errors(),
})

const pipeState = enumValue(
  'PipeState',
  'State of a pipe.',
  {
    ACTIVE: 'The pipe is active.',
    INACTIVE: 'The pipe is inactive.',
    FAILED: 'The pipe failed with an error.',
    UNKNOWN: 'The agent did not report a state.',
  },
  'UNKNOWN',
)

export const pipeResult = resultType(
  'PipeResult',
  'Result of activating, deactivating or running a pipe. Scheduled runs are not reported.',
  {
    pipeInstanceId: text().describe('ID of the pipe.'),
    state: pipeState.describe('State of the pipe.'),
    active: nullable().describe('Whether the pipe is active.'),
    triggerType: text().describe('Trigger of the pipe.'),
    replaced: nullable().describe('Whether the pipe replaced another one.'),
    reactivated: nullable().describe('Whether the pipe had been active before.'),
    removed: nullable().describe('Whether a pipe was deactivated.'),
    activatedAt: moment().describe('Time the pipe was activated.'),
    deactivatedAt: moment().describe('Time the pipe was deactivated.'),
    lastTriggeredAt: moment().describe('Time of the last run.'),
    lastError: text().describe('Error of the last failed run. Null if none.'),
    triggerCount: integer().describe('Number of runs.'),
    success: nullable().describe('Whether the run succeeded.'),
    sourceData: json().describe('Data read from the source by a run.'),
    mappedData: json().describe('Mapped data of a run.'),
    targetResponse: json().describe('Response of the target to a run.'),
    error: text().describe('Error of a run. Null if none.'),
    triggeredAt: moment().describe('Time of the run.'),
  },
  ['lifecycle'],
)

export const shellResult = resultType('ShellResult', 'Result of a command line on the server.', {
  stdout: text().describe('Standard output.'),
  stderr: text().describe('Standard error output.'),
  exitCode: integer().describe('Exit code. Null if the process was killed.'),
})

/** Not read member by member: `value` is the whole result. */
export const untypedResult = z
  .object({ value: json().describe('Result as reported by the agent.') })
  .meta({ title: 'UntypedResult', typeDescription: 'Result of a command outside the registry.' })
