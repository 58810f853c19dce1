import { enumType } from '../kernel/decorators.js'

/** How well something is. */
export const HealthStatus = enumType('HealthStatus', 'How well something is.', {
  OK: 'Well.',
  DEGRADED: 'Something of it is not well.',
  UNHEALTHY: 'Not well.',
  UNKNOWN: 'It could not be found out.',
})
export type HealthStatus = keyof typeof HealthStatus

/** The state of a container. */
export const ContainerState = enumType('ContainerState', 'The state of a container.', {
  RUNNING: 'It runs.',
  STARTING: 'It is on its way.',
  EXITED: 'It has ended.',
  FAILED: 'It could not be kept running.',
  UNKNOWN: 'It could not be found out.',
})
export type ContainerState = keyof typeof ContainerState

/** Whether what was asked for was done. */
export const ActionStatus = enumType('ActionStatus', 'Whether what was asked for was done.', {
  OK: 'Done.',
  FAILED: 'Not done.',
})
export type ActionStatus = keyof typeof ActionStatus

/** How many of the rules were applied. */
export const FirewallStatus = enumType('FirewallStatus', 'How many of the rules were applied.', {
  OK: 'All of them.',
  PARTIAL_SUCCESS: 'Some of them; each rule says whether it was.',
  FAILED: 'None.',
})
export type FirewallStatus = keyof typeof FirewallStatus

/** Whether a configuration on the server is the one that is kept. */
export const DriftStatus = enumType('DriftStatus', 'Whether a configuration on the server is the one that is kept.', {
  SYNCED: 'It is.',
  DRIFTED: 'It was changed on the server.',
  MISSING: 'It is not there.',
  UNKNOWN: 'It could not be compared.',
})
export type DriftStatus = keyof typeof DriftStatus

/** The state of a pipe. */
export const PipeState = enumType('PipeState', 'The state of a pipe.', {
  ACTIVE: 'It runs.',
  INACTIVE: 'It rests.',
  FAILED: 'It ran into an error.',
  UNKNOWN: 'The agent did not say.',
})
export type PipeState = keyof typeof PipeState

/** What was looked at. */
export const HealthScope = enumType('HealthScope', 'What was looked at.', {
  APP: 'One application.',
  ALL: 'All applications.',
  SYSTEM: 'The server itself.',
})
export type HealthScope = keyof typeof HealthScope
