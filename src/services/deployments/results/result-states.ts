import { enumValue } from './result-readers.js'

/** Health of an object. */
export const healthStatus = enumValue(['OK', 'DEGRADED', 'UNHEALTHY', 'UNKNOWN'], 'UNKNOWN')
/** The state of a container. */
export const containerState = enumValue(['RUNNING', 'STARTING', 'EXITED', 'FAILED', 'UNKNOWN'], 'UNKNOWN')
/** True if the action was done. */
export const actionStatus = enumValue(['OK', 'FAILED'], 'FAILED')
/** Number of applied rules as a status. */
export const firewallStatus = enumValue(['OK', 'PARTIAL_SUCCESS', 'FAILED'], 'FAILED')
/** True if a configuration on the server is the one that is kept. */
export const driftStatus = enumValue(['SYNCED', 'DRIFTED', 'MISSING', 'UNKNOWN'], 'UNKNOWN')
/** The state of a pipe. */
export const pipeState = enumValue(['ACTIVE', 'INACTIVE', 'FAILED', 'UNKNOWN'], 'UNKNOWN')
/** Scope of a health check. */
export const healthScope = enumValue(['APP', 'ALL', 'SYSTEM'], 'APP')
