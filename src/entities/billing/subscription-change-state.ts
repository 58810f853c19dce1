/** Kinds of changes of an active subscription. */
export type SubscriptionChangeKind = 'PLAN' | 'ADDON' | 'CANCEL' | 'PAUSE' | 'RESUME' | 'TRIAL'

/** Status of a change. `REQUESTED` is the intent before the provider responds. */
export type SubscriptionChangeStatus =
  | 'REQUESTED'
  | 'REQUIRES_CONFIRMATION'
  | 'SCHEDULED'
  | 'APPLIED'
  | 'FAILED'
  | 'CANCELED'
  | 'SUPERSEDED'

const TRANSITIONS: Record<SubscriptionChangeStatus, readonly SubscriptionChangeStatus[]> = {
  REQUESTED: ['REQUIRES_CONFIRMATION', 'SCHEDULED', 'APPLIED', 'FAILED', 'SUPERSEDED'],
  REQUIRES_CONFIRMATION: ['SCHEDULED', 'APPLIED', 'FAILED', 'SUPERSEDED'],
  SCHEDULED: ['APPLIED', 'CANCELED', 'SUPERSEDED'],
  APPLIED: [],
  FAILED: [],
  CANCELED: [],
  SUPERSEDED: [],
}

/** Statuses in which the provider may still carry the change out: a second one must wait. */
export const OPEN_CHANGE_STATUSES: readonly SubscriptionChangeStatus[] = ['REQUESTED', 'REQUIRES_CONFIRMATION']

/** Repeating the present state is no move. */
export const canTransitionChange = (from: SubscriptionChangeStatus, to: SubscriptionChangeStatus): boolean =>
  TRANSITIONS[from].includes(to)
