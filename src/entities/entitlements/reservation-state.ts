/** `HELD` becomes one of the others, once. */
export const RESERVATION_STATUSES = ['HELD', 'COMMITTED', 'RELEASED', 'EXPIRED'] as const
/** Treatment of the units of a reservation that ends by its time. */
export const EXPIRY_POLICIES = ['RELEASE', 'COMMIT', 'COMMIT_ESTIMATE'] as const
export type ExpiryPolicy = (typeof EXPIRY_POLICIES)[number]

export type ReservationStatus = (typeof RESERVATION_STATUSES)[number]
