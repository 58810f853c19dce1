import { sql } from 'kysely'
import type { TopUpStop } from '#entities/billing/auto-top-up.entity.js'
import type { TopUpRow } from '#entities/billing/top-up.entity.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import { providerOf, type BillingContext } from '../model/billing-context.js'
import { ProviderRejected } from '../providers/provider-errors.js'
import type { PaymentPort } from '../providers/port.js'
import type { ChargeReference, SavedChargeResult } from '../providers/saved-payment-port.js'
import { stopAutoTopUp } from './stop-auto-top-up.js'
import { syncTopUp } from './sync-top-up.js'
import { liveAutoTopUps, recordCause } from './top-up-queries.js'

/** Providers keep an idempotency key for at least 24 hours. A later request would be another charge. */
const KEY_HOURS = 23
const DAY_MS = 86_400_000

/**
 * Charges a stored top-up and syncs its payment. A pending payment is synced alone. A repeated call first looks for the
 * payment of an earlier call, and then sends the same request under the same key. A declined payment is canceled before
 * it counts as failed, so that it cannot be paid later.
 */
export async function chargeTopUp(
  context: BillingContext,
  topUp: TopUpRow,
  { isRepeated }: { readonly isRepeated: boolean },
): Promise<void> {
  const port = providerOf(context, topUp.provider)
  if (topUp.status === 'PENDING') {
    await syncTopUp(context, port, topUp, topUp)
    return
  }
  const found = isRepeated ? await findCharge(context, port, topUp) : null
  const isSent = found !== null && found.status !== 'UNSENT'
  if (!isSent && isRepeated) {
    const reason = (await hasEnded(context, topUp)) ? null : (await isKeyOld(context, topUp)) && 'UNKNOWN_RESULT'
    if (reason !== false) {
      if (found) await cancelCharge(port, found)
      return close(context, topUp, reason)
    }
  }
  const result = isSent ? found : await charge(context, port, topUp)
  if (typeof result === 'string') return close(context, topUp, result)
  const { status } = result
  if (status === 'DECLINED' || status === 'AUTHENTICATION_REQUIRED') {
    await recordCause(context.database, topUp, status)
    await cancelCharge(port, result)
  }
  await syncTopUp(context, port, topUp, result)
}

/** Cancels a charge that was not paid, so that it cannot be paid later. */
async function cancelCharge(port: PaymentPort, { paymentId, invoiceId }: ChargeReference): Promise<void> {
  if (invoiceId) await port.voidInvoice(invoiceId)
  else if (paymentId) await port.savedPayments!.cancelSavedCharge(paymentId)
}

async function charge(
  context: BillingContext,
  port: PaymentPort,
  topUp: TopUpRow,
): Promise<SavedChargeResult | TopUpStop> {
  const { id, accountId, customerId, methodId, amountMinor, currency, productId } = topUp
  const { autoTopUpId, crossing, feature, packageVersionId, quantity } = topUp
  const name = context.catalog.current().productById.get(productId)?.name ?? 'Top-up'
  try {
    return await port.savedPayments!.chargeSaved({
      topUpId: id,
      accountId,
      customerId: customerId!,
      methodId: methodId!,
      terms: { autoTopUpId, crossing, feature, productId, packageVersionId, quantity },
      money: { amountMinor, currency },
      taxes: context.catalog.current().taxes,
      chargedAt: topUp.chargedAt!,
      description: `${name} (automatic top-up)`,
    })
  } catch (error) {
    if (!(error instanceof ProviderRejected)) throw error
    context.log.warn({ topUp: id, reason: error.message }, 'top-up rejected by the provider')
    const made = await findCharge(context, port, topUp)
    if (made && made.status !== 'UNSENT') return made
    if (made) await cancelCharge(port, made)
    if (error.objectMissing) return 'NO_PAYMENT_METHOD'
    return error.declined ? 'DECLINED' : 'REQUEST_REJECTED'
  }
}

/** The charge of an earlier call. The catalog can have begun or ceased to have taxes since. */
async function findCharge(
  context: BillingContext,
  port: PaymentPort,
  { id, customerId, chargedAt }: TopUpRow,
): Promise<SavedChargeResult | null> {
  const { taxes } = context.catalog.current()
  const find = (isTaxed: boolean) =>
    port.savedPayments!.findSavedCharge(
      { topUpId: id, customerId: customerId!, isTaxed },
      new Date(chargedAt!.getTime() - DAY_MS),
    )
  return (await find(taxes !== null)) ?? (await find(taxes === null))
}

async function isKeyOld({ database }: BillingContext, { id, accountId }: TopUpRow): Promise<boolean> {
  const row = await database.query
    .selectFrom('top_up')
    .select(sql<boolean>`recorded_at < now() - make_interval(hours => ${KEY_HOURS})`.as('isOld'))
    .where('accountId', '=', accountId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return row.isOld
}

/** True if the account removed the automatic top-up, so that a charge that was not sent is not sent any more. */
async function hasEnded({ database }: BillingContext, { accountId, feature }: TopUpRow): Promise<boolean> {
  return !(await liveAutoTopUps(database, accountId)).some((auto) => auto.feature === feature)
}

/** A charge that made no payment: failed for a reason, or not needed any more. */
async function close(context: BillingContext, topUp: TopUpRow, reason: TopUpStop | null): Promise<void> {
  const { id, accountId, feature } = topUp
  await context.database.transaction(async (transaction) => {
    await lockAccount(transaction, accountId)
    const closed = await transaction.query
      .updateTable('top_up')
      .set({ status: reason ? 'FAILED' : 'SKIPPED', failureReason: reason, completedAt: context.clock.now() })
      .where('accountId', '=', accountId)
      .where('id', '=', id)
      .where('status', '=', 'CHARGING')
      .returning('id')
      .executeTakeFirst()
    if (closed && reason) await stopAutoTopUp(context, transaction, { accountId, feature, reason })
  })
}
