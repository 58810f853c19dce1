import type { Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { refused, remedy, type Denial } from '#services/kernel/denials/denial.js'
import { isUnavailable } from '#services/kernel/errors/app-error.js'
import type { Money } from '#services/kernel/money/money.js'
import type { DeletionRule, Sentences } from '#services/ops/account-data/deletion-rule.js'
import type { BillingContext } from '../model/billing-context.js'
import { subscriptionConflict } from '../model/subscription-conflict.js'
import { openOverageOf, type OpenOverage } from '../overage/open-overage.js'
import { creditBalanceOf } from '../portal/credit-balance.js'
import { liveSubscriptionsOf } from '../queries/billing-queries.js'
import { openChargeOf } from '../sales/open-charges.js'

/**
 * Subscriptions are canceled before a deletion is scheduled. A due deletion waits for their end, so that no deleted account is charged, and
 * while use is not charged or a payment is not complete, because the provider deletes the customer.
 */
export const billingDeletion: DeletionRule = {
  checkRequest: (_context, transaction, accountId) => checkSubscriptions(transaction, accountId),
  findObstacle: async ({ catalog }, transaction, accountId) =>
    (await runningSubscriptions(transaction, accountId).limit(1).executeTakeFirst())
      ? 'A subscription still runs.'
      : openChargeOf(transaction, catalog.current(), accountId),
  async describeCosts(context: BillingContext, accountId) {
    const [lostCredit, openCharges] = await Promise.all([
      lostCreditOf(context, accountId),
      openOverageOf(context, accountId),
    ])
    return sayCosts(lostCredit, openCharges)
  },
}

/** Pure: sentences about the costs of a deletion. */
export const sayCosts =
  (lostCredit: Money | null, openCharges: readonly OpenOverage[]): Sentences =>
  ({ day, money, say }) => [
    ...(lostCredit ? [say('deletionCost.credit', { credit: money(lostCredit) })] : []),
    ...openCharges.map(({ description, cost, chargedAt }) =>
      say('deletionCost.charge', { description, cost: money(cost), chargedAt: day(chargedAt) }),
    ),
  ]

/** Credit at the provider that ends with an account. Null if there is none, or if the provider does not respond. */
export async function lostCreditOf(context: BillingContext, accountId: string): Promise<Money | null> {
  const credit = await creditBalanceOf(context, accountId).catch(unlessUnavailable)
  return credit && credit.amountMinor > 0 ? credit : null
}

function unlessUnavailable(error: unknown): null {
  if (isUnavailable(error)) return null
  throw error
}

/** Subscriptions of an account that are still charged, to plans and to products. */
const runningSubscriptions = ({ query }: Sql, accountId: string) =>
  query
    .selectFrom(
      query
        .selectFrom('billing_subscription')
        .select(['id', 'status', 'cancelAt'])
        .where('accountId', '=', accountId)
        .unionAll(
          query
            .selectFrom('product_subscription')
            .select(['id', 'status', 'cancelAt'])
            .where('accountId', '=', accountId),
        )
        .as('subscription'),
    )
    .select('id')
    .where('status', 'in', ['TRIALING', 'ACTIVE', 'PAST_DUE', 'UNPAID', 'PAUSED'])

/** Denial if a subscription of an account renews. */
async function checkSubscriptions(transaction: Transaction, accountId: string): Promise<Denial | null> {
  const renews = await runningSubscriptions(transaction, accountId)
    .where('cancelAt', 'is', null)
    .limit(1)
    .executeTakeFirst()
  if (!renews) return null
  const subscriptions = await liveSubscriptionsOf(transaction, [accountId])
  const plan = subscriptions.find(({ cancelAt }) => cancelAt === null)
  return plan
    ? subscriptionConflict(plan, 'The account has an active subscription. Cancel it first.', [
        remedy('CHANGE_PLAN', 'Cancel the subscription', {
          mutation: 'cancelSubscription',
          buyer: { accountId },
        }),
      ])
    : refused('INVALID_TRANSITION', 'The account still pays for a template. Cancel its subscription first.', {
        remedies: [
          remedy('CONTINUE_CHECKOUT', 'Cancel it in the billing portal', {
            mutation: 'openBillingPortal',
            buyer: { accountId },
          }),
        ],
      })
}
