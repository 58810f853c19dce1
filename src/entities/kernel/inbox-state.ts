export const INBOX_STATES = ['RECEIVED', 'DEFERRED', 'RETRYING', 'PROCESSED', 'IGNORED', 'QUARANTINED', 'DEAD'] as const

/** State of a provider event. Open states are processed; the others are final or wait for an operator. */
export type InboxState = (typeof INBOX_STATES)[number]
