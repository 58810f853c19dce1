import type { Transaction } from '#services/kernel/database/database.js'
import type { SubscriptionUpdate } from './fetched-subscription.js'
import { findOriginatingCheckout } from './originating-checkout.js'

/**
 * A provider calls a subscription active while its first payment is still on its way, by a method that takes days. Here it entitles to
 * nothing before that payment has come: it is `INCOMPLETE`, whatever becomes of the payment.
 */
export async function treatUnpaidAsIncomplete(
  transaction: Transaction,
  update: SubscriptionUpdate,
): Promise<SubscriptionUpdate> {
  const { fetched } = update
  if (!fetched.latestInvoice?.open || !RUNNING.includes(fetched.status)) return update
  const purchased = await findOriginatingCheckout(transaction, update)
  if (!purchased || purchased.status === 'COMPLETED') return update
  return { ...update, fetched: { ...fetched, status: 'INCOMPLETE' } }
}

const RUNNING: readonly string[] = ['ACTIVE', 'PAST_DUE', 'UNPAID']
