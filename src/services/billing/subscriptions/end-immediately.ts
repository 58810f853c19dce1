import type { BillingContext } from '../billing-context.js'
import type { PaymentPort } from '../providers/port.js'
import type { SubscriptionEnd } from '../providers/subscription-port.js'

/**
 * Ends a subscription and its entitlements immediately, regardless of the paid period. Recorded before the provider is
 * called, so that the end is not mistaken for another one.
 */
export async function endImmediately(
  context: Pick<BillingContext, 'database' | 'clock'>,
  port: PaymentPort,
  request: Omit<SubscriptionEnd, 'at'> & { readonly accountId: string },
): Promise<void> {
  const { accountId, ...end } = request
  await context.database.run(
    `insert into requested_cancellation (provider, external_id, account_id, requested_at) values ($1, $2, $3, $4) on conflict do nothing`,
    [port.provider, end.externalId, accountId, context.clock.now()],
  )
  await port.endSubscription({ ...end, at: 'NOW' })
}
