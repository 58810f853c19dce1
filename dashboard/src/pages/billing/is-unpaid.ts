import type { SubscriptionFields } from '@stackgate/client/documents'

/** True while an invoice of a subscription is overdue, or the plan has not begun because its first invoice is unpaid. */
export const isUnpaid = (
  subscription: Pick<SubscriptionFields, 'status' | 'graceEndsAt'> | null | undefined,
): boolean =>
  Boolean(subscription && (subscription.graceEndsAt ?? ['INCOMPLETE', 'PAST_DUE'].includes(subscription.status)))
