/** `HELD` becomes one of the others, once. */
export const RESERVATION_STATUSES = ['HELD', 'COMMITTED', 'RELEASED', 'EXPIRED'] as const
export type ReservationStatus = (typeof RESERVATION_STATUSES)[number]

/** Treatment of the units of a reservation that ends by its time. */
export type ExpiryPolicy = 'RELEASE' | 'COMMIT' | 'COMMIT_ESTIMATE'
