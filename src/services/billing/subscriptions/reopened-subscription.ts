import { sweepAll } from '#services/kernel/event-loop/for-each-separately.js'
import { sql } from 'kysely'
import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import { TERMINAL_STATUSES, type SubscriptionStatus } from '#entities/billing/subscription-state.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { providerOf, type BillingContext } from '../model/billing-context.js'
import type { PaymentPort } from '../providers/port.js'
import type { SubscriptionUpdate } from './fetched-subscription.js'

/** A read from a replica may be this old. A second read after it shows the present state. Machine time. */
const SECONDS_BETWEEN_READS = 30

/** A first read before this moment may be confirmed now. */
const beforeSecondRead = sql<Date>`now() - make_interval(secs => ${SECONDS_BETWEEN_READS})`

/** Pure: whether an ended subscription is reported as active again. */
export const reopens = (before: SubscriptionStatus, now: SubscriptionStatus): boolean =>
  TERMINAL_STATUSES.includes(before) && !TERMINAL_STATUSES.includes(now)

/**
 * A subscription leaves a terminal status only if a second, later read agrees: the first one may be stale. Returns true if the read must
 * not be written; the caller holds the account's lock.
 */
export async function awaitsSecondRead(
  transaction: Transaction,
  previous: BillingSubscriptionRow,
  { fence, fetched }: SubscriptionUpdate,
): Promise<boolean> {
  if (!reopens(previous.status, fetched.status)) return false
  await transaction.query
    .updateTable('billing_subscription')
    // LEAST ignores null, so the first time stays. Not every layout of the tables can plan the time in COALESCE or in RETURNING.
    .set({ fence, reopenedSeenAt: sql<Date>`least(reopened_seen_at, now())` })
    .where('id', '=', previous.id)
    .where('accountId', '=', previous.accountId)
    .execute()
  const { confirmed } = await transaction.query
    .selectFrom('billing_subscription')
    .select((eb) => eb('reopenedSeenAt', '<', beforeSecondRead).as('confirmed'))
    .where('id', '=', previous.id)
    .where('accountId', '=', previous.accountId)
    .executeTakeFirstOrThrow()
  return !confirmed
}

/** Reads again each subscription that had ended and read as running. */
export const readReopenedAgain = (
  context: BillingContext,
  sync: (context: BillingContext, port: PaymentPort, externalId: string) => Promise<string[]>,
  isStopping?: () => boolean,
): Promise<number> =>
  sweepAll(
    (after, limit) =>
      context.database.query
        .selectFrom('billing_subscription')
        .select(['id', 'provider', 'externalId'])
        .where('reopenedSeenAt', '<', beforeSecondRead)
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
        .execute(),
    ({ provider, externalId }) => sync(context, providerOf(context, provider), externalId),
    isStopping,
  )
