/** What became of a provider's event. Open states are worked on; the others rest. */
export type InboxState = 'RECEIVED' | 'DEFERRED' | 'RETRYING' | 'PROCESSED' | 'IGNORED' | 'QUARANTINED' | 'DEAD'
