/** Kind of the scheduled job that sweeps an account's reservations and grants; its key is the account ID. */
export const ENTITLEMENTS_SWEEP = 'entitlements.sweep'
