import { sql } from 'kysely'
import type { Drift, ReconciliationRunRow } from '#entities/ops/reconciliation-run.entity.js'
import type { PaymentPort, ProviderName } from '#services/billing/providers/port.js'
import { findPurchase } from '#services/billing/purchases/purchase-queries.js'
import { returnPayment } from '#services/billing/purchases/return-payment.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import { requireOperator } from '#services/identity/guard/guard.js'
import { jsonb } from '#services/kernel/database/query-builder.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { OpsContext } from '#services/ops/ops-context.js'
import { heal } from '../heal.js'
import type { Finding } from '../find-drift.js'
import { correctAmount } from './correct-amount.js'
import { fingerprintOf } from './find-money-drift.js'
import { healMoney } from './heal-money.js'
import { MONEY_DRIFT_KINDS, type MoneyDriftKind } from './money-drift.js'
import { correctSales } from './sales-drift.js'

export interface ResolveDrift {
  readonly runId: string
  readonly kind: string
  readonly object: string
  readonly reason: string
}

const MAX_REASON = 500

/** Carries out the one action of a difference that a comparison left. Repeated calls have no effect. */
export async function resolveDrift(context: OpsContext, input: ResolveDrift): Promise<ReconciliationRunRow> {
  requireOperator(context, 'ops:write')
  const reason = input.reason.trim()
  if (!reason || reason.length > MAX_REASON)
    throw new AppError('BAD_USER_INPUT', `reason must be 1 to ${MAX_REASON} characters long.`, {
      details: { field: 'reason' },
    })
  const run = await findRun(context.database, input.runId).executeTakeFirst()
  const drift = run?.drift.find(({ kind, object }) => kind === input.kind && object === input.object)
  if (!run || !drift) throw new AppError('NOT_FOUND', 'Difference not found in this comparison.')
  if (drift.healed) return run
  const port = context.providers[run.provider as ProviderName]
  if (!port) throw new AppError('BAD_USER_INPUT', `${run.provider} is not configured on this server.`)
  if (!drift.action || !(await carryOut(context, port, drift, reason)))
    throw new AppError(
      'BAD_USER_INPUT',
      'The action did not resolve the difference. Reconcile again to see its current state.',
    )
  return markHealed(context, run.id, drift)
}

async function carryOut(context: OpsContext, port: PaymentPort, drift: Drift, reason: string): Promise<boolean> {
  switch (drift.action) {
    case 'REFUND':
      return refund(context, port, drift, reason)
    case 'ACCEPT':
      await accept(context, port, drift, reason)
      return true
    default:
      return apply(context, port, drift)
  }
}

const isMoney = (kind: string): kind is MoneyDriftKind => (MONEY_DRIFT_KINDS as readonly string[]).includes(kind)

async function apply(context: OpsContext, port: PaymentPort, drift: Drift): Promise<boolean> {
  const { kind, object, ours, theirs } = drift
  if (kind === 'wrong_amount') return correctAmount(context, port, object)
  if (kind === 'wrong_sales') return correctSales(context.database, object)
  if (isMoney(kind)) return healMoney(context, port, { kind, object, theirs })
  const subscription = kind === 'unknown_customer' ? await port.fetchSubscription(object.split(':', 2)[1] ?? '') : null
  const finding = { kind, object, ours, theirs, ...(subscription ? { customerId: subscription.customerId } : {}) }
  return heal(context, port, null, finding as Finding)
}

/** Refunds a purchase that should not have been made, or a payment that no purchase can record. */
async function refund(context: OpsContext, port: PaymentPort, drift: Drift, reason: string): Promise<boolean> {
  const [type, id = ''] = drift.object.split(':', 2)
  if (type === 'purchase')
    return context.database.transaction(async (transaction) => {
      const purchase = await findPurchase(transaction, id)
      if (!purchase) return false
      await lockAccount(transaction, purchase.accountId)
      await returnPayment(context, transaction, purchase, 'charged against the plan')
      return true
    })
  if (await healMoney(context, port, { kind: 'missing_purchase', object: drift.object, theirs: drift.theirs }))
    return true
  const payment = await port.fetchPayment(id, { history: true })
  if (payment?.status !== 'SUCCEEDED') return false
  const refunded = payment.refunds
    .filter(({ status }) => status === 'PENDING' || status === 'SUCCEEDED')
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0)
  const amountMinor = payment.money.amountMinor - refunded
  if (amountMinor > 0)
    await port.refundPayment({ ...payment.money, paymentId: id, refundId: `unknown-${id}`, amountMinor, reason })
  context.log.warn({ payment: id, amountMinor, by: context.caller.principal }, 'payment without purchase refunded')
  // Refunded in full, it is in order: it is not named again.
  await accept(context, port, drift, reason)
  return true
}

/** Leaves a difference out of later comparisons while the provider says the same. */
async function accept(context: OpsContext, port: PaymentPort, drift: Drift, reason: string): Promise<void> {
  await context.database.query
    .insertInto('accepted_drift')
    .values({
      provider: port.provider,
      kind: drift.kind,
      object: drift.object,
      fingerprint: fingerprintOf(drift.theirs),
      acceptedBy: context.caller.principal,
      reason,
      acceptedAt: sql`now()`,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

const findRun = ({ query }: Sql, id: string) => query.selectFrom('reconciliation_run').selectAll().where('id', '=', id)

async function markHealed(context: OpsContext, runId: string, { kind, object }: Drift): Promise<ReconciliationRunRow> {
  return context.database.transaction(async (transaction) => {
    const run = await findRun(transaction, runId).forUpdate().executeTakeFirstOrThrow()
    const isIt = (one: Drift) => one.kind === kind && one.object === object
    if (run.drift.find(isIt)?.healed) return run
    const drift = run.drift.map((one) => (isIt(one) ? { ...one, healed: true } : one))
    return transaction.query
      .updateTable('reconciliation_run')
      .set((eb) => ({ drift: jsonb(drift), healed: eb('healed', '+', 1) }))
      .where('id', '=', runId)
      .returningAll()
      .executeTakeFirstOrThrow()
  })
}
