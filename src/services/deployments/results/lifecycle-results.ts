import { errors, flag, json, moment, shape, text, integer } from './result-readers.js'
import { actionStatus, containerState } from './result-states.js'

/** Result of a restart, start or stop. */
export const containerActionResult = shape('ContainerActionResult', {
  appCode: text,
  status: actionStatus,
  containerState,
  errors,
})

/** Result of installing an application. */
export const deployResult = shape('DeployResult', {
  appCode: text,
  status: text,
  containerState,
  runtime: text,
  deployedAt: moment,
  output: text,
  warnings: json,
  errors,
})

/** Result of removing an application. */
export const removeResult = shape('RemoveResult', {
  appCode: text,
  status: text,
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
