import { dayText, moneyText } from '#services/kernel/text/readable.js'
import type { NegotiatedPlanRow } from '#entities/billing/negotiated-plan.entity.js'
import type { SubscriptionChangeRow } from '#entities/billing/subscription-change.entity.js'
import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import { TERMINAL_STATUSES } from '#entities/billing/subscription-state.js'
import { ordinaryVersion, type CatalogPrice } from '#services/catalog/snapshot/catalog-snapshot.js'
import { intervalText } from '#services/catalog/products/interval.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { mailManagers } from '#services/identity/members/mail-readers.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import type { BillingContext } from '../model/billing-context.js'
import { executeChange } from '../subscriptions/changes/execute-change.js'
import { stateOf, type SubscriptionState } from '../model/load-subscription-state.js'
import { insertChange } from '../subscriptions/changes/record-change.js'
import { readSubscription } from '../model/subscription-queries.js'
import type { RecurringCost } from '../model/cost-texts.js'
import { endingTerm } from '../model/ending-term.js'
import { NEGOTIATED_TERM } from '../model/follow-negotiated-plans.js'
import { findNegotiatedPlan, ordinaryPrice } from '../model/negotiated-plans.js'
import { TERM_ENDING_MAIL } from './term-ending-mail.js'

const DAY_MS = 86_400_000
const MIN_WAIT_MS = 600_000

/**
 * Schedules the ordinary price for the end of the last period at a negotiated one, and announces it once. It looks again until the price has
 * changed, because the account or the provider can remove a scheduled change.
 */
export async function endNegotiatedTerm(due: ScheduledJobRow, context: BillingContext): Promise<void> {
  const { key: id, accountId } = due
  const change = await context.database.transaction(async (transaction) => {
    await lockAccount(transaction, accountId!)
    const row = await findNegotiatedPlan(transaction, accountId!, id)
    if (!row?.subscriptionId || row.endedAt) return null
    const now = context.clock.now()
    const subscription = await readSubscription(transaction, row.subscriptionId)
    if (TERMINAL_STATUSES.includes(subscription.status)) return null
    const runAt = nextLook(subscription.currentPeriodEnd, now)
    await scheduleJob(transaction, { kind: NEGOTIATED_TERM, key: id, accountId, runAt })
    const state = await stateOf(context, transaction, context.catalog.current(), subscription)
    return state && scheduleOrdinary(context, transaction, row, state)
  })
  if (change) await executeChange(context, change)
}

/** Pure: half of the time until the period ends, at least ten minutes and at most a day. */
export function nextLook(periodEnd: Date | null, now: Date): Date {
  const half = ((periodEnd?.getTime() ?? 0) - now.getTime()) / 2
  return new Date(now.getTime() + Math.min(DAY_MS, Math.max(MIN_WAIT_MS, half)))
}

/** The change to the ordinary price. Null if another period at the negotiated price follows, or another change comes first. */
async function scheduleOrdinary(
  context: BillingContext,
  transaction: Transaction,
  row: NegotiatedPlanRow,
  state: SubscriptionState,
): Promise<SubscriptionChangeRow | null> {
  const { subscription, plan, price, planned, open, quantity } = state
  if (endingTerm(state)?.id !== row.id || open || subscription.cancelAt) return null
  if (planned && planned.toPriceId !== price.id) return null
  const next = ordinaryPrice(context.catalog.current(), { plan, price })
  if (!next) {
    context.log.error({ negotiatedPlan: row.id }, 'the catalog has no price that follows a negotiated one')
    return null
  }
  if (!row.notifiedAt) await announce(context, transaction, row, state, next)
  return insertChange(
    transaction,
    subscription,
    {
      kind: 'PLAN',
      at: 'PERIOD_END',
      effectiveAt: subscription.currentPeriodEnd!,
      fromPlanVersionId: plan.versionId,
      fromPriceId: price.id,
      fromQuantity: quantity,
      toPlanVersionId: ordinaryVersion(context.catalog.current(), plan).versionId,
      toPriceId: next.id,
      toQuantity: planned?.toQuantity ?? quantity,
    },
    context.clock.now(),
  )
}

async function announce(
  context: BillingContext,
  transaction: Transaction,
  { id, accountId }: NegotiatedPlanRow,
  { plan, price, quantity, subscription }: SubscriptionState,
  next: CatalogPrice,
): Promise<void> {
  const at = context.clock.now()
  const endsAt = subscription.currentPeriodEnd!
  const { amountMinor, currency } = next.money
  const costs = ({ money, interval }: CatalogPrice): RecurringCost => ({
    money: { ...money, amountMinor: money.amountMinor * quantity },
    interval,
  })
  await transaction.query
    .updateTable('negotiated_plan')
    .set({ notifiedAt: at })
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .execute()
  await recordAccountEvent(transaction, accountId, at, {
    type: 'negotiated_plan.ending',
    outbox: true,
    summary: `The negotiated price of ${plan.name} ends on ${dayText(endsAt)}. ${moneyText(costs(next).money)} ${intervalText(next.interval)} follow.`,
    subject: { __typename: 'BillingSubscription', id: subscription.id },
    data: { id, plan: plan.code, endsAt, amountMinor: amountMinor * quantity, currency },
  })
  const values = { plan: plan.name, endsAt, before: costs(price), after: costs(next) }
  await mailManagers(context, transaction, accountId, TERM_ENDING_MAIL, values)
}
