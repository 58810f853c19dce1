/** Seconds beyond a command's own timeout that its lease lasts: the agent has to report as well. */
export const LEASE_MARGIN_SECONDS = 60
