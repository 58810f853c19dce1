/**
 * Condition for an ownership `o` that is active at the time `:now`: it has not ended, is not suspended, and its last day
 * has not ended. Eligibility, profile and catalog views share it.
 */
export const ACTIVE_OWNERSHIP = `o.ended_at is null and not o.suspended and (o.expires_at is null or o.expires_at > :now)`
