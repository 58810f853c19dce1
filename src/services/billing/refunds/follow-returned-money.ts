import { isDeepStrictEqual } from 'node:util'
import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { OutboxEventRow } from '#entities/kernel/outbox-event.entity.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import { providerOf, type BillingContext } from '../model/billing-context.js'
import { ProviderRejected } from '../providers/provider-errors.js'
import type { PaymentPort } from '../providers/port.js'
import type { LineTarget } from '../providers/subscription-port.js'
import { findPriceAtProvider } from '../catalog-push/find-price-at-provider.js'
import { findPurchase } from '../model/purchase-queries.js'
import { selectSubscription } from '../book/our-subscription.js'
import { RETURN_REASONS } from '../model/payment-returned-mail.js'
import { returnPayment } from '../model/return-payment.js'
import { stateOf } from '../model/load-subscription-state.js'
import { writeLines } from '../model/write-lines.js'
import { endImmediately } from '../model/end-immediately.js'
import { syncSubscription } from '../subscriptions/sync-subscription.js'
import {
  decideAddonQuantity,
  decideRemaining,
  isBegun,
  isReturned,
  lineBefore,
  paidTerms,
  type LineTerms,
  type PeriodPayment,
  type Remaining,
  type Turn,
} from '../model/decide-remaining.js'
import { runningPayments } from '../model/unpaid-steps.js'
import {
  addonPayments,
  begunTurns,
  payments,
  rejectedTurns,
  turnsOfEnd,
  turnsOfLines,
  type RunningPayment,
} from '../model/period-payments.js'

/**
 * Applies reversed or restored money to an active subscription: removes lines that are no longer paid, and ends it
 * immediately if nothing is paid. Payments that then pay for nothing are refunded. A partial reversal changes nothing.
 * Money for an ended period changes only the grace period of the next one, which ends if every payment was reversed.
 */
export async function followReturnedMoney(event: OutboxEventRow, context: BillingContext): Promise<void> {
  const purchase = await findPurchase(context.database, String(event.payload['purchaseId']))
  if (!purchase?.subscriptionId || !purchase.expiresAt) return
  const { provider, subscriptionId } = purchase
  const portOf = () => providerOf(context, provider)
  const sync = () => syncSubscription(context, portOf(), subscriptionId)
  if (purchase.expiresAt <= context.clock.now()) {
    const subscription = await subscriptionOf(context, purchase)
    if (subscription?.status === 'PAST_DUE' || subscription?.suspendedAt) await sync()
    return
  }
  const isFollowed = isReturned(purchase) === purchase.reverted && !isBegun(purchase)
  if (isFollowed || (await paidForNothing(context, purchase))) return followDispute(context, sync, event, purchase)
  const active = await selectSubscription(context.database, provider, subscriptionId, 'active').executeTakeFirst()
  if (!active) return returnIfUseless(context, purchase)
  try {
    await followPaidTerms(context, portOf(), purchase)
  } catch (error) {
    if (!(error instanceof ProviderRejected)) throw error
    context.log.warn({ err: error, purchase: purchase.id }, 'subscription could not follow returned money')
  }
  await sync()
}

/** A dispute suspends what its payment paid for, and a decision for the account ends that. */
async function followDispute(
  context: BillingContext,
  sync: () => Promise<unknown>,
  event: OutboxEventRow,
  purchase: PurchaseRow,
): Promise<void> {
  const isDecided = event.type === 'purchase.disputed' || event.type === 'purchase.restored'
  if (!isDecided || !(await subscriptionOf(context, purchase))) return
  await sync()
}

/** The payment, or the invoice that brought none, that changes what a running period has. */
export type FollowedPayment = Pick<
  PurchaseRow,
  'id' | 'accountId' | 'provider' | 'subscriptionId' | 'productId' | 'quantity' | 'step' | 'fence'
>

/** Gives an active subscription the lines that its standing payments pay for. */
export const followPaidTerms = (context: BillingContext, port: PaymentPort, payment: FollowedPayment): Promise<void> =>
  context.catalog.current().productById.get(payment.productId)?.type === 'PACKAGE'
    ? followAddon(context, port, payment)
    : followPlan(context, port, payment)

async function followPlan(context: BillingContext, port: PaymentPort, purchase: FollowedPayment): Promise<void> {
  const running = await runningPayments(context.database, purchase, context.clock.now())
  const chain = payments(context.catalog.current(), running, purchase)
  // The payment's period was replaced by a later one, so it pays for nothing that runs.
  if (!chain.some(({ id }) => id === purchase.id)) return
  const interrupted = await interruptedLine(context, port, purchase, chain)
  const subscription = await subscriptionOf(context, purchase)
  const state = subscription && (await stateOf(context, context.database, context.catalog.current(), subscription))
  const line = state && {
    priceId: state.price.id,
    quantity: state.planned?.pushedToProvider ? state.quantity : state.planItem.quantity,
  }
  const before = interrupted ?? line
  const remaining: Remaining = decideRemaining(chain, before ?? { priceId: '', quantity: purchase.quantity })
  if (remaining.kind === 'end') {
    await endImmediately(context, port, {
      accountId: purchase.accountId,
      externalId: purchase.subscriptionId!,
      reason: 'its payment was returned',
      idempotencyKey: `refunded:${purchase.id}`,
    })
    await returnUseless(context, purchase, running, before)
    return
  }
  const to = remaining.kind === 'change' ? remaining.to : before
  if (state && before && to && !isDeepStrictEqual(to, line))
    await writeLine(context, port, purchase, {
      chain,
      before,
      line: {
        externalId: state.planItem.externalId,
        priceExternalId: await priceAtProvider(context, purchase, to.priceId),
        quantity: to.quantity,
      },
    })
  await storeTurns(context, purchase, turnsOfLines(chain, before))
}

async function followAddon(context: BillingContext, port: PaymentPort, purchase: FollowedPayment): Promise<void> {
  const chain = addonPayments(
    context.catalog.current(),
    await runningPayments(context.database, purchase, context.clock.now()),
    purchase,
  )
  // The payment's period was replaced by a later one, so it pays for nothing that runs.
  if (!chain.some(({ id }) => id === purchase.id)) return
  const interrupted = await interruptedLine(context, port, purchase, chain)
  const line = await context.database.query
    .selectFrom('subscription_item as i')
    .innerJoin('billing_subscription as s', (join) =>
      join.onRef('s.id', '=', 'i.subscriptionId').onRef('s.accountId', '=', 'i.accountId'),
    )
    .innerJoin('price as pr', 'pr.id', 'i.priceId')
    .innerJoin('provider_price as pp', (join) =>
      join.onRef('pp.priceId', '=', 'pr.id').onRef('pp.provider', '=', 's.provider'),
    )
    .select(['i.externalId', 'pp.externalId as priceExternalId', 'i.quantity', 'i.priceId'])
    .where('s.accountId', '=', purchase.accountId)
    .where('s.provider', '=', purchase.provider)
    .where('s.externalId', '=', purchase.subscriptionId)
    .where('pr.productId', '=', purchase.productId)
    .executeTakeFirst()
  const before = interrupted ?? { priceId: line?.priceId ?? '', quantity: line?.quantity ?? 0 }
  const quantity = decideAddonQuantity(chain, before.quantity)
  if (line && line.quantity !== quantity)
    await writeLine(context, port, purchase, { chain, before, line: { ...line, quantity } })
  if (!line && quantity > 0 && purchase.step) {
    const priceExternalId = await priceAtProvider(context, purchase, purchase.step.toPriceId)
    await writeLine(context, port, purchase, { chain, before, line: { externalId: null, priceExternalId, quantity } })
  }
  await storeTurns(context, purchase, turnsOfLines(chain, before))
}

/** The line before an attempt that was interrupted. The provider may have written it, so the subscription is read again. */
async function interruptedLine(
  context: BillingContext,
  port: PaymentPort,
  { subscriptionId }: FollowedPayment,
  chain: readonly PeriodPayment[],
): Promise<LineTerms | null> {
  const line = lineBefore(chain)
  if (line) await syncSubscription(context, port, subscriptionId!)
  return line
}

/**
 * Writes a line without proration, because its money has already been returned or restored. The line of before is stored first, because a
 * repeated attempt can find the new one.
 */
async function writeLine(
  context: BillingContext,
  port: PaymentPort,
  purchase: FollowedPayment,
  { chain, before, line }: { readonly chain: PeriodPayment[]; readonly before: LineTerms; readonly line: LineTarget },
): Promise<void> {
  await storeTurns(context, purchase, begunTurns(chain, before))
  // The fence makes a new key each time the same money is returned and restored. Quantities are absolute, so a repeat is harmless.
  const idempotencyKey = `returned:${purchase.id}:${purchase.fence}`
  const subscription = await subscriptionOf(context, purchase)
  try {
    if (subscription) await writeLines(context, port, { subscription, lines: [line], idempotencyKey })
    else await port.writeLines({ externalId: purchase.subscriptionId!, lines: [line], idempotencyKey })
  } catch (error) {
    if (error instanceof ProviderRejected) await storeTurns(context, purchase, rejectedTurns(chain))
    throw error
  }
}

/**
 * Returns the other payments of an ended subscription, which pay for nothing. The part that credit paid becomes credit again. A disputed
 * payment cannot be refunded: it is returned if the dispute is won.
 */
async function returnUseless(
  context: BillingContext,
  { accountId }: FollowedPayment,
  running: readonly RunningPayment[],
  line: LineTerms | null = null,
): Promise<void> {
  const turns = turnsOfEnd(context.catalog.current(), running, line)
  for (const { id } of running)
    await context.database.transaction(async (transaction) => {
      await lockAccount(transaction, accountId)
      const purchase = await findPurchase(transaction, id)
      // An invoice without a payment.
      if (!purchase) return
      if (purchase.status !== 'DISPUTED')
        await returnPayment(context, transaction, purchase, 'built on a returned payment')
      await writeTurns(
        transaction,
        accountId,
        turns.filter((turn) => turn.id === id),
      )
    })
}

/** Returns a payment whose dispute was won after its subscription had ended, unless it pays for a restored period. */
async function returnIfUseless(context: BillingContext, purchase: PurchaseRow): Promise<void> {
  const running = await runningPayments(context.database, purchase, context.clock.now())
  const isUseful = paidTerms(payments(context.catalog.current(), running, purchase)) !== null
  if (!purchase.reverted || isUseful) return
  await returnUseless(
    context,
    purchase,
    running.filter(({ id }) => id === purchase.id),
  )
}

const storeTurns = (
  { database }: BillingContext,
  { accountId }: FollowedPayment,
  turns: readonly Turn[],
): Promise<void> =>
  database.transaction(async (transaction) => {
    await lockAccount(transaction, accountId)
    await writeTurns(transaction, accountId, turns)
  })

async function writeTurns(sql: Sql, accountId: string, turns: readonly Turn[]): Promise<void> {
  for (const { id, ...columns } of turns)
    for (const table of ['purchase', 'invoice'] as const)
      await sql.query.updateTable(table).set(columns).where('id', '=', id).where('accountId', '=', accountId).execute()
}

async function priceAtProvider(
  context: BillingContext,
  { provider }: FollowedPayment,
  priceId: string,
): Promise<string> {
  const externalId = await findPriceAtProvider(context.database, provider, priceId)
  if (!externalId) throw new ProviderRejected(`price ${priceId} not found at the provider`, true)
  return externalId
}

/** A payment that was returned because it paid for nothing changes no subscription. */
async function paidForNothing({ database }: BillingContext, { id, accountId }: PurchaseRow): Promise<boolean> {
  const refund = await database.query
    .selectFrom('refund')
    .select('id')
    .where('purchaseId', '=', id)
    .where('accountId', '=', accountId)
    .where('reason', 'in', RETURN_REASONS)
    .executeTakeFirst()
  return refund !== undefined
}

async function subscriptionOf(
  context: BillingContext,
  { accountId, provider, subscriptionId }: Pick<PurchaseRow, 'accountId' | 'provider' | 'subscriptionId'>,
): Promise<BillingSubscriptionRow | null> {
  const row = await context.database.query
    .selectFrom('billing_subscription')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('provider', '=', provider)
    .where('externalId', '=', subscriptionId)
    .executeTakeFirst()
  return row ?? null
}
