import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import type { RecurringPeriodRow } from '#entities/billing/recurring-period.entity.js'
import { prefixOf } from '#services/kernel/ids/ids.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { FetchedSubscription } from '../providers/subscription-port.js'
import type { Projection } from './decide-subscription.js'
import { yearlyAmount } from '#services/catalog/products/interval.js'
import { planSubscriptionLines, productSubscriptionLines, type RecurringLine } from './recurring.sql.js'

/**
 * Records the recurring amount of a subscription after each change of it: an unchanged amount continues its period,
 * another one ends it and begins the next. The caller holds the account lock and has written the subscription.
 */
export async function recordRecurringPeriod(
  transaction: Transaction,
  subscription: { readonly id: string; readonly accountId: string },
  changedAt: Date,
): Promise<void> {
  const { id: subscriptionId, accountId } = subscription
  const statement = prefixOf(subscriptionId) === 'psu' ? productSubscriptionLines : planSubscriptionLines
  const amount = yearlyOf(await transaction.rows(statement, { subscriptionId, accountId }))
  const [latest, ...earlier] = await latestPeriods(transaction, subscription)
  const open = latest?.endedAt === null ? latest : null
  if (open ? isSame(open, amount) : !amount) return
  // An ended period is never changed, so that a late event cannot change past figures.
  const ended = (open ? earlier[0] : latest)?.endedAt
  const at = ended && ended > changedAt ? ended : changedAt
  if (open) await endPeriod(transaction, open, at)
  if (!amount) return
  const { planId, currency, yearlyMinor } = amount
  await transaction.query
    .insertInto('recurring_period')
    .values({ subscriptionId, startedAt: at, accountId, planId, currency, yearlyMinor })
    .execute()
}

type RecurringAmount = Pick<RecurringPeriodRow, 'planId' | 'currency' | 'yearlyMinor'>

/** Pure: the yearly amount of lines, in the currency that has the largest. Undefined without lines. */
export function yearlyOf(lines: readonly RecurringLine[]): RecurringAmount | undefined {
  const byCurrency = [...Map.groupBy(lines, ({ currency }) => currency).values()].map((same) => ({
    planId: same[0]!.planId,
    currency: same[0]!.currency,
    yearlyMinor: same.reduce((sum, { amountMinor, interval }) => sum + yearlyAmount(amountMinor, interval), 0),
  }))
  return byCurrency.toSorted((one, other) => other.yearlyMinor - one.yearlyMinor)[0]
}

const latestPeriods = (
  { query }: Transaction,
  { id, accountId }: { readonly id: string; readonly accountId: string },
): Promise<RecurringPeriodRow[]> =>
  query
    .selectFrom('recurring_period')
    .selectAll()
    .where('subscriptionId', '=', id)
    .where('accountId', '=', accountId)
    .orderBy('startedAt', 'desc')
    .limit(2)
    .execute()

const isSame = (open: RecurringPeriodRow, amount: RecurringAmount | undefined): boolean =>
  open.yearlyMinor === amount?.yearlyMinor && open.currency === amount.currency && open.planId === amount.planId

/** Ends a period; one that would have had no duration is deleted. */
async function endPeriod(
  { query }: Transaction,
  { subscriptionId, accountId, startedAt }: RecurringPeriodRow,
  at: Date,
): Promise<void> {
  if (startedAt < at)
    await query
      .updateTable('recurring_period')
      .set({ endedAt: at })
      .where('subscriptionId', '=', subscriptionId)
      .where('accountId', '=', accountId)
      .where('startedAt', '=', startedAt)
      .execute()
  else
    await query
      .deleteFrom('recurring_period')
      .where('subscriptionId', '=', subscriptionId)
      .where('accountId', '=', accountId)
      .where('startedAt', '=', startedAt)
      .execute()
}

/** Business time of a change of a subscription that was read from the provider. */
export interface ReadChange {
  readonly previous: Pick<BillingSubscriptionRow, 'status' | 'currentPeriodStart'> | null
  readonly next: Pick<Projection, 'status' | 'currentPeriodStart' | 'trialEnd'>
  readonly fetched: Pick<FetchedSubscription, 'startedAt' | 'endedAt'>
}

/**
 * Pure: when a change that is read now took effect. A start, the end of a trial, the end and a new period have their own
 * time, however late they are read; other changes take effect when they are read.
 */
export function timeOfChange({ previous, next, fetched }: ReadChange, now: Date): Date {
  const { startedAt, endedAt } = fetched
  const running = latestOf(startedAt, next.trialEnd)
  if (next.status === 'CANCELED') return endedAt && endedAt < now ? endedAt : now
  if (!previous || running > now) return running
  if (previous.status === 'TRIALING' && next.status !== 'TRIALING') return running
  const [before, after] = [previous.currentPeriodStart, next.currentPeriodStart]
  return before && after && after > before && after < now ? after : now
}

const latestOf = (first: Date, second: Date | null): Date => (second && second > first ? second : first)
