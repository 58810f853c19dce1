import { sql } from 'kysely'
import type { SubscriptionChangeRow } from '#entities/billing/subscription-change.entity.js'
import { TERMINAL_STATUSES } from '#entities/billing/subscription-state.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { readSubscription } from '#services/billing/model/subscription-queries.js'
import { subscriptionOfChange } from '#services/billing/model/subscription-of-change.js'
import { syncSubscription } from '../sync-subscription.js'
import { findChange } from '#services/billing/model/change-queries.js'
import { transitionChange } from '../transition-change.js'
import { pushScheduledEnd } from './push-scheduled-end.js'

/** An attempt that began longer ago is no longer in progress: a call lasts 30 s with its retries. */
const IN_PROGRESS_MS = 60_000

/** A request that costs something is dropped when it is older, by either clock. */
const MAX_AGE_MS = 15 * 60_000

export type EarlierAttempt =
  /** No earlier attempt is unresolved, so the provider can be called. */
  | 'NONE'
  /** The provider has carried out the change, or something took its place. */
  | 'SETTLED'
  /** The provider has not carried it out, and the customer may no longer want it. */
  | 'TOO_OLD'

/** Reads the result of an earlier attempt before another attempt starts. */
export async function resolveEarlierAttempt(
  context: BillingContext,
  change: SubscriptionChangeRow,
): Promise<EarlierAttempt> {
  const age = await ageOf(context, change)
  if (change.attempt === 0 && age <= IN_PROGRESS_MS) return 'NONE'
  const { port, subscription } = await subscriptionOfChange(context, change)
  await syncSubscription(context, port, subscription.externalId)
  if ((await findChange(context.database, change.id))?.status !== 'REQUESTED') return 'SETTLED'
  if (change.kind === 'CANCEL') return resolveCancellation(context, change)
  if (await showsPause(context, change)) return settle(context, change)
  return canBeRetried(change, age, context.clock.now()) ? 'NONE' : 'TOO_OLD'
}

/**
 * A cancellation never costs anything, so it is never dropped. Charges after its planned end are refunded. The earlier attempt, or the provider itself,
 * may have ended the subscription: credit for unused time is booked with the end of the change.
 */
async function resolveCancellation(context: BillingContext, change: SubscriptionChangeRow): Promise<EarlierAttempt> {
  if (await hasEnded(context, change)) return settle(context, change)
  if (change.at === 'NOW' || change.effectiveAt > context.clock.now()) return 'NONE'
  await pushScheduledEnd(context, change)
  return 'SETTLED'
}

/** True if the subscription of a change has ended, as last read from the provider. */
export async function hasEnded(
  { database }: BillingContext,
  { subscriptionId }: Pick<SubscriptionChangeRow, 'subscriptionId'>,
): Promise<boolean> {
  return TERMINAL_STATUSES.includes((await readSubscription(database, subscriptionId)).status)
}

/** True if the subscription is paused, or paid again, as the change requests. */
async function showsPause(
  context: BillingContext,
  { kind, subscriptionId, toPriceId }: SubscriptionChangeRow,
): Promise<boolean> {
  const { pause, status, cancelAt } = await readSubscription(context.database, subscriptionId)
  if (kind === 'PAUSE') return pause?.resumed === false
  return kind === 'RESUME' && !toPriceId && !pause && !cancelAt && status !== 'PAUSED'
}

async function settle(
  context: BillingContext,
  { id, accountId }: Pick<SubscriptionChangeRow, 'id' | 'accountId'>,
): Promise<EarlierAttempt> {
  await context.database.transaction(async (transaction) => {
    await lockAccount(transaction, accountId)
    await transitionChange(context, transaction, { id, to: 'APPLIED' })
  })
  return 'SETTLED'
}

/** Pure: a request is repeated for a quarter of an hour by either clock, and not after the period in which it was made. */
export function canBeRetried(
  { at, asOf, effectiveAt }: Pick<SubscriptionChangeRow, 'at' | 'asOf' | 'effectiveAt'>,
  ageMs: number,
  now: Date,
): boolean {
  const businessAge = now.getTime() - asOf.getTime()
  return ageMs <= MAX_AGE_MS && businessAge <= MAX_AGE_MS && (at === 'NOW' || effectiveAt > now)
}

async function ageOf(context: BillingContext, { id, accountId }: SubscriptionChangeRow): Promise<number> {
  const { age } = await context.database.query
    .selectFrom('subscription_change')
    .select(sql<number>`extract(epoch from now() - recorded_at)::float8 * 1000`.as('age'))
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .executeTakeFirstOrThrow()
  return age
}
