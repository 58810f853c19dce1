import { enumValue } from './result-fields.js'

export const healthStatus = enumValue(
  'HealthStatus',
  'Health of a component.',
  {
    OK: 'The component is healthy.',
    DEGRADED: 'The component is partially healthy.',
    UNHEALTHY: 'The component is unhealthy.',
    UNKNOWN: 'The health could not be determined.',
  },
  'UNKNOWN',
)

export const containerStatus = enumValue(
  'ContainerStatus',
  'Status of a container.',
  {
    RUNNING: 'The container is running.',
    STARTING: 'The container is starting.',
    EXITED: 'The container has exited.',
    FAILED: 'The container failed and could not be restarted.',
    UNKNOWN: 'The status could not be determined.',
  },
  'UNKNOWN',
)
