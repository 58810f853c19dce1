/** State of a provider event. Open states are processed; the others are final or wait for an operator. */
export type InboxState = 'RECEIVED' | 'DEFERRED' | 'RETRYING' | 'PROCESSED' | 'IGNORED' | 'QUARANTINED' | 'DEAD'
