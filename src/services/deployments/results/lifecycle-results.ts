import { errors, flag, integer, json, moment, reportedAs, shape, text } from './result-readers.js'
import { actionStatus, containerState } from './result-states.js'

/** Result of a restart, start or stop. */
export const containerActionResult = shape('ContainerActionResult', {
  appCode: text,
  outcome: reportedAs('status', actionStatus),
  containerState,
  errors,
})

/** Result of installing an application. */
export const deployResult = shape('DeployAppResult', {
  appCode: text,
  agentStatus: reportedAs('status', text),
  containerState,
  runtime: text,
  deployedAt: moment,
  output: text,
  warnings: json,
  errors,
})

/** Result of removing an application. */
export const removeResult = shape('RemoveAppResult', {
  appCode: text,
  agentStatus: reportedAs('status', text),
  removedAt: moment,
  errors,
})

/** Result of a command inside a container. */
export const execResult = shape('ExecResult', {
  appCode: text,
  command: text,
  exitCode: integer,
  stdout: text,
  stderr: text,
  redacted: flag,
  executedAt: moment,
})

/** Result of a command line on the server. */
export const shellResult = shape('ShellResult', {
  stdout: text,
  stderr: text,
  exitCode: integer,
})
