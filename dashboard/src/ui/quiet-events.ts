/** Events that say nothing to people: use, and the steps of a checkout whose payment is an event of its own. */
export const QUIET_EVENTS = ['usage.*', 'checkout.started', 'checkout.completed'] as const
