import { among } from './result-readers.js'

/** How well something is. */
export const healthStatus = among(['OK', 'DEGRADED', 'UNHEALTHY', 'UNKNOWN'], 'UNKNOWN')
/** The state of a container. */
export const containerState = among(['RUNNING', 'STARTING', 'EXITED', 'FAILED', 'UNKNOWN'], 'UNKNOWN')
/** Whether what was asked for was done. */
export const actionStatus = among(['OK', 'FAILED'], 'FAILED')
/** How many of the rules were applied. */
export const firewallStatus = among(['OK', 'PARTIAL_SUCCESS', 'FAILED'], 'FAILED')
/** Whether a configuration on the server is the one that is kept. */
export const driftStatus = among(['SYNCED', 'DRIFTED', 'MISSING', 'UNKNOWN'], 'UNKNOWN')
/** The state of a pipe. */
export const pipeState = among(['ACTIVE', 'INACTIVE', 'FAILED', 'UNKNOWN'], 'UNKNOWN')
/** What was looked at. */
export const healthScope = among(['APP', 'ALL', 'SYSTEM'], 'APP')
