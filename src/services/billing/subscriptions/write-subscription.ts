import type { Transaction } from '#services/kernel/database/database.js'
import { jsonb } from '#services/kernel/database/query-builder.js'
import type { AddonChange, Projection } from './decide-subscription.js'
import type { SubscriptionUpdate } from './fetched-subscription.js'

/** Makes our copy of a subscription and of its items say what the provider said. */
export async function writeSubscription(
  transaction: Transaction,
  update: SubscriptionUpdate,
  id: string,
  next: Projection,
): Promise<void> {
  const { accountId, provider, fetched, items, fence } = update
  const copied = {
    ...next,
    discounts: jsonb(next.discounts),
    pause: next.pause && jsonb(next.pause),
    paymentMethod: fetched.paymentMethod && jsonb(fetched.paymentMethod),
    daysUntilDue: fetched.daysUntilDue,
    fence,
  }
  await transaction.query
    .insertInto('billing_subscription')
    .values({
      ...copied,
      id,
      accountId,
      provider,
      externalId: fetched.externalId,
      startedAt: fetched.startedAt,
      checkoutId: await checkoutOf(transaction, accountId, fetched.checkoutId),
    })
    .onConflict((conflict) =>
      conflict.constraint('billing_subscription_external').doUpdateSet({ ...copied, reopenedSeenAt: null }),
    )
    .execute()
  const externalIds = items.map((item) => item.externalId)
  await transaction.query
    .deleteFrom('subscription_item')
    .where('subscriptionId', '=', id)
    .where('accountId', '=', accountId)
    .where('externalId', 'not in', externalIds)
    .execute()
  for (const { externalId, priceId, quantity, currentPeriodEnd } of items) {
    const line = { priceId, quantity, currentPeriodEnd }
    await transaction.query
      .insertInto('subscription_item')
      .values({ id: transaction.newId('sit'), subscriptionId: id, accountId, externalId, ...line })
      .onConflict((conflict) => conflict.constraint('subscription_item_external').doUpdateSet(line))
      .execute()
  }
}

/** The metadata is the provider's word; the checkout must be one of the account's. */
async function checkoutOf(transaction: Transaction, accountId: string, id: string | null): Promise<string | null> {
  if (id === null) return null
  const found = await transaction.query
    .selectFrom('checkout')
    .select('id')
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .executeTakeFirst()
  return found?.id ?? null
}

/**
 * The difference of the lines other than the plan to our copy. Null if there is none. An add-on of a yearly plan that is
 * billed each month is renewed alone: only the period of its line differs.
 */
export async function addonChange(
  transaction: Transaction,
  { accountId, items }: SubscriptionUpdate,
  subscriptionId: string,
): Promise<AddonChange> {
  const known = await transaction.query
    .selectFrom('subscription_item')
    .select(['externalId', 'priceId', 'quantity', 'currentPeriodEnd'])
    .where('subscriptionId', '=', subscriptionId)
    .where('accountId', '=', accountId)
    .execute()
  const plans = new Set(items.filter((item) => item.planId).map((item) => item.externalId))
  const differs = (describe: (line: (typeof known)[number]) => readonly unknown[]): boolean => {
    const [before, after] = [known, items].map((lines) =>
      lines
        .filter((line) => !plans.has(line.externalId))
        .map((line) => describe(line).join(':'))
        .toSorted()
        .join(),
    )
    return before !== after
  }
  if (differs((line) => [line.externalId, line.priceId, line.quantity])) return 'changed'
  return differs((line) => [line.externalId, line.currentPeriodEnd?.getTime()]) ? 'renewed' : null
}
