import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import type { Denied } from '#services/kernel/result/denied.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { executeChange } from './execute-change.js'
import { recordChange, type ChangeRequest } from './record-change.js'

export interface SubscriptionOutcome {
  readonly kind: 'subscription'
  readonly subscription: BillingSubscriptionRow
}

/** Records a change and carries it out. Returns the subscription afterwards. */
export async function changeSubscription(
  context: BillingContext,
  request: ChangeRequest,
): Promise<SubscriptionOutcome | Denied> {
  const recorded = await recordChange(context, request)
  if (recorded.kind === 'denied') return recorded
  if (recorded.kind === 'already') return { kind: 'subscription', subscription: recorded.subscription }
  const outcome = await executeChange(context, recorded.change)
  return outcome.kind === 'denied' ? outcome : { kind: 'subscription', subscription: outcome.subscription }
}
