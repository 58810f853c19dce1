import { dayText } from '#services/kernel/text/readable.js'
import type { BillingInterval } from '#entities/kernel/billing-interval.js'
import { intervalsAfter } from '#services/catalog/products/interval.js'
import type { NegotiatedPlanRow } from '#entities/billing/negotiated-plan.entity.js'
import { TERMINAL_STATUSES } from '#entities/billing/subscription-state.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { cancelJob, scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { recordAccountEvent } from '#services/identity/accounts/account-version.js'
import type { BillingContext } from './billing-context.js'
import type { Projection } from '../subscriptions/decide-subscription.js'
import type { MappedItem } from '../subscriptions/map-items.js'
import { currentNegotiatedPlans } from './negotiated-plans.js'

/** Kind of the scheduled job that ends the term of a negotiated price; its key is the ID of the negotiated plan. */
export const NEGOTIATED_TERM = 'negotiated_plan.term'

/** The end of a term is announced and scheduled so long before. */
const NOTICE_MS = 14 * 86_400_000

interface Synced {
  readonly id: string
  readonly accountId: string
  readonly items: readonly MappedItem[]
  readonly next: Projection
}

/**
 * Begins the term of a negotiated price when a line of the subscription has it, and ends it when no line has it any more. The caller holds
 * the lock of the account.
 */
export async function followNegotiatedPlans(
  context: BillingContext,
  transaction: Transaction,
  { id: subscriptionId, accountId, items, next }: Synced,
): Promise<void> {
  const isOver = TERMINAL_STATUSES.includes(next.status)
  for (const row of await currentNegotiatedPlans(transaction, accountId)) {
    const item = isOver ? undefined : items.find(({ priceId }) => priceId === row.priceId)
    if (item && !row.startedAt) await begin(context, transaction, row, { subscriptionId, item, next })
    if (!item && row.subscriptionId === subscriptionId) await end(context, transaction, row)
  }
}

async function begin(
  context: BillingContext,
  transaction: Transaction,
  row: NegotiatedPlanRow,
  {
    subscriptionId,
    item,
    next,
  }: { readonly subscriptionId: string; readonly item: MappedItem; readonly next: Projection },
): Promise<void> {
  const { id, accountId, priceId } = row
  const now = context.clock.now()
  const trialEnd = next.status === 'TRIALING' ? next.trialEnd : null
  const { interval } = await transaction.query
    .selectFrom('price')
    .select('interval')
    .where('id', '=', priceId)
    .executeTakeFirstOrThrow()
  const endsAt = endOfTerm(row, trialEnd ?? item.currentPeriodStart ?? now, interval)
  await transaction.query
    .updateTable('negotiated_plan')
    .set({ subscriptionId, startedAt: now, endsAt })
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .execute()
  const runAt = new Date(Math.max(now.getTime(), endsAt.getTime() - NOTICE_MS))
  await scheduleJob(transaction, { kind: NEGOTIATED_TERM, key: id, accountId, runAt })
  await recordAccountEvent(transaction, accountId, now, {
    type: 'negotiated_plan.started',
    outbox: true,
    summary: `The negotiated price is paid. Its term ends on ${dayText(endsAt)}.`,
    subject: { __typename: 'BillingSubscription', id: subscriptionId },
    data: { id, plan: planCode(context, row), subscriptionId, endsAt },
  })
}

async function end(context: BillingContext, transaction: Transaction, row: NegotiatedPlanRow): Promise<void> {
  const { id, accountId } = row
  const now = context.clock.now()
  await transaction.query
    .updateTable('negotiated_plan')
    .set({ endedAt: now })
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .execute()
  await cancelJob(transaction, NEGOTIATED_TERM, id)
  await recordAccountEvent(transaction, accountId, now, {
    type: 'negotiated_plan.ended',
    outbox: true,
    summary: 'The negotiated price is not paid any more.',
    data: { id, plan: planCode(context, row) },
  })
}

function planCode({ catalog }: BillingContext, { priceId }: NegotiatedPlanRow): string {
  const { plans, priceById } = catalog.current()
  const productId = priceById.get(priceId)?.productId
  return plans.find((plan) => plan.productId === productId)?.code ?? ''
}

/** Pure: the agreed time, or so many periods after the first one began, as calendars count. */
export function endOfTerm(
  { until, periods }: Pick<NegotiatedPlanRow, 'until' | 'periods'>,
  begin: Date,
  interval: BillingInterval,
): Date {
  if (until) return until
  return interval === 'ONE_TIME' ? begin : intervalsAfter(begin, interval, periods ?? 0)
}
