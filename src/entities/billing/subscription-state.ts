/** As Stripe uses them. */
export type SubscriptionStatus =
  | 'TRIALING'
  | 'ACTIVE'
  | 'PAST_DUE'
  | 'UNPAID'
  | 'PAUSED'
  | 'INCOMPLETE'
  | 'INCOMPLETE_EXPIRED'
  | 'CANCELED'

/** Statuses that entitle to the plan. `PAST_DUE` keeps it while payment is tried again. */
export const ENTITLING_STATUSES: readonly SubscriptionStatus[] = ['TRIALING', 'ACTIVE', 'PAST_DUE']

/** Statuses from which nothing moves any more. */
export const TERMINAL_STATUSES: readonly SubscriptionStatus[] = ['CANCELED', 'INCOMPLETE_EXPIRED']
