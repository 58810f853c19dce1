import { enumValue } from './result-readers.js'

/** How well something is. */
export const healthStatus = enumValue(['OK', 'DEGRADED', 'UNHEALTHY', 'UNKNOWN'], 'UNKNOWN')
/** The state of a container. */
export const containerState = enumValue(['RUNNING', 'STARTING', 'EXITED', 'FAILED', 'UNKNOWN'], 'UNKNOWN')
/** Whether what was asked for was done. */
export const actionStatus = enumValue(['OK', 'FAILED'], 'FAILED')
/** How many of the rules were applied. */
export const firewallStatus = enumValue(['OK', 'PARTIAL_SUCCESS', 'FAILED'], 'FAILED')
/** Whether a configuration on the server is the one that is kept. */
export const driftStatus = enumValue(['SYNCED', 'DRIFTED', 'MISSING', 'UNKNOWN'], 'UNKNOWN')
/** The state of a pipe. */
export const pipeState = enumValue(['ACTIVE', 'INACTIVE', 'FAILED', 'UNKNOWN'], 'UNKNOWN')
/** What was looked at. */
export const healthScope = enumValue(['APP', 'ALL', 'SYSTEM'], 'APP')
