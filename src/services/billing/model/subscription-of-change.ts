import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import type { SubscriptionChangeRow } from '#entities/billing/subscription-change.entity.js'
import { providerOf, type BillingContext } from './billing-context.js'
import { readSubscription } from './subscription-queries.js'
import type { PaymentPort } from '../providers/port.js'

/** The subscription that a change is for, with its provider. */
export async function subscriptionOfChange(
  context: BillingContext,
  { subscriptionId }: Pick<SubscriptionChangeRow, 'subscriptionId'>,
): Promise<{ readonly port: PaymentPort; readonly subscription: BillingSubscriptionRow }> {
  const subscription = await readSubscription(context.database, subscriptionId)
  return { port: providerOf(context, subscription.provider), subscription }
}
