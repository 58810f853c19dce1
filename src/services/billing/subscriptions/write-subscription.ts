import type { SubscriptionItemRow } from '#entities/billing/subscription-item.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { jsonb } from '#services/kernel/database/query-builder.js'
import { differingColumns } from '../book/copied-columns.js'
import type { AddonChange, Projection } from './decide-subscription.js'
import type { SubscriptionUpdate } from './fetched-subscription.js'

/** Makes our copy of a subscription and of its items say what the provider said. */
export async function writeSubscription(
  transaction: Transaction,
  update: SubscriptionUpdate,
  id: string,
  next: Projection,
): Promise<void> {
  const { accountId, provider, fetched, items, fence, ours } = update
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
      checkoutId: ours.checkout?.id ?? null,
    })
    .onConflict((conflict) =>
      conflict.constraint('billing_subscription_external').doUpdateSet({ ...copied, reopenedSeenAt: null }),
    )
    .execute()
  const left = ours.items.filter(({ externalId }) => !items.some((item) => item.externalId === externalId))
  if (left.length > 0)
    await transaction.query
      .deleteFrom('subscription_item')
      .where('subscriptionId', '=', id)
      .where('accountId', '=', accountId)
      .where(
        'id',
        'in',
        left.map((item) => item.id),
      )
      .execute()
  for (const { externalId, priceId, quantity, currentPeriodEnd } of items) {
    const line = { priceId, quantity, currentPeriodEnd }
    const known = ours.items.find((item) => item.externalId === externalId)
    if (known && differingColumns(known, line).length === 0) continue
    await transaction.query
      .insertInto('subscription_item')
      .values({ id: transaction.newId('sit'), subscriptionId: id, accountId, externalId, ...line })
      .onConflict((conflict) => conflict.constraint('subscription_item_external').doUpdateSet(line))
      .execute()
  }
}

type Line = Pick<SubscriptionItemRow, 'externalId' | 'priceId' | 'quantity' | 'currentPeriodEnd'>

/**
 * The difference of the lines other than the plan to our copy. Null if there is none. An add-on of a yearly plan that is
 * billed each month is renewed alone: only the period of its line differs.
 */
export function addonChange({ items, ours: { items: known } }: SubscriptionUpdate): AddonChange {
  const plans = new Set(items.filter((item) => item.planId).map((item) => item.externalId))
  const differs = (describe: (line: Line) => readonly unknown[]): boolean => {
    const [before, after] = [known, items].map((lines: readonly Line[]) =>
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
