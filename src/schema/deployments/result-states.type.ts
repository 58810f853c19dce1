import { enumType } from '../kernel/decorators.js'

export const HealthStatus = enumType('HealthStatus', 'Health of a component.', {
  OK: 'The component is healthy.',
  DEGRADED: 'The component is partially healthy.',
  UNHEALTHY: 'The component is unhealthy.',
  UNKNOWN: 'The health could not be determined.',
})
export type HealthStatus = keyof typeof HealthStatus

export const ContainerState = enumType('ContainerState', 'State of a container.', {
  RUNNING: 'The container is running.',
  STARTING: 'The container is starting.',
  EXITED: 'The container has exited.',
  FAILED: 'The container failed and could not be restarted.',
  UNKNOWN: 'The state could not be determined.',
})
export type ContainerState = keyof typeof ContainerState

export const ActionOutcome = enumType('ActionOutcome', 'Outcome of an action.', {
  OK: 'The action succeeded.',
  FAILED: 'The action failed.',
})
export type ActionOutcome = keyof typeof ActionOutcome

export const FirewallOutcome = enumType('FirewallOutcome', 'Outcome of a firewall command over all its rules.', {
  OK: 'All rules were applied.',
  PARTIAL_SUCCESS: 'Some rules were applied; each rule has its own result.',
  FAILED: 'No rule was applied.',
})
export type FirewallOutcome = keyof typeof FirewallOutcome

export const DriftStatus = enumType(
  'DriftStatus',
  'Result of comparing a configuration on the server with the stored one.',
  {
    SYNCED: 'Identical to the stored configuration.',
    DRIFTED: 'Changed on the server.',
    MISSING: 'Missing on the server.',
    UNKNOWN: 'The configurations could not be compared.',
  },
)
export type DriftStatus = keyof typeof DriftStatus

export const PipeState = enumType('PipeState', 'State of a pipe.', {
  ACTIVE: 'The pipe is active.',
  INACTIVE: 'The pipe is inactive.',
  FAILED: 'The pipe failed with an error.',
  UNKNOWN: 'The agent did not report a state.',
})
export type PipeState = keyof typeof PipeState

export const HealthScope = enumType('HealthScope', 'Scope of a health check.', {
  APP: 'A single application.',
  ALL: 'All applications of the deployment.',
  SYSTEM: 'The server itself.',
})
export type HealthScope = keyof typeof HealthScope
