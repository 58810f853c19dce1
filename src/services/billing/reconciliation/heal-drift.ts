import type { HealDriftArgs } from '#schema/billing/drift.type.js'
import type { Drift } from '#entities/billing/reconciliation-run.entity.js'
import type { PaymentPort } from '#services/billing/providers/port.js'
import type { ProviderName } from '#services/billing/providers/provider-name.js'
import { findPurchase } from '#services/billing/model/purchase-queries.js'
import { returnPayment } from '#services/billing/model/return-payment.js'
import { validateReason } from '#services/kernel/denials/validate-reason.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import { refused } from '#services/kernel/denials/denial.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { recordAcceptance } from './money/accepted-drift.js'
import { requireDrift, updateDrift, type DriftRow } from './drift-row.js'
import type { DriftKind } from './decide-drift.js'
import { compareObject, type Finding } from './find-drift.js'
import { attempt, heal } from './heal.js'
import { correctAmount } from './money/correct-amount.js'
import { findDriftOf } from './money/find-money-drift.js'
import { healMoney } from './money/heal-money.js'
import { MONEY_DRIFT_KINDS, type MoneyDriftKind } from './money/money-drift.js'
import { correctSales } from './money/sales-drift.js'
import { confirmHealed, type ComparedAgain } from './note-drift.js'
import { PATIENCE_MS } from './reconcile.js'

/** Carries out the one action of a difference that a run left. Repeated calls have no effect. */
export async function healDrift(context: BillingContext, input: HealDriftArgs): Promise<DriftRow | Denied> {
  const found = await requireDrift(context, input.driftId)
  const { drift, run } = found
  const reason = input.reason.trim()
  const denial = validateReason(reason)
  if (denial) return denied(denial)
  if (drift.healed) return found
  const port = context.providers[run.provider as ProviderName]
  if (!port) return impossible(`${run.provider} is not configured on this server.`)
  if (drift.action === 'ACCEPT') return impossible('Only `acceptDrift` resolves this difference.')
  if (!drift.action) return impossible('The next run repairs this difference.')
  const healing = await attempt(context, drift, (within) =>
    drift.action === 'REFUND' ? refund(within, port, drift, reason) : apply(within, port, drift),
  )
  const outcome = confirm(context, port, found, { ...drift, ...healing })
  outcome.catch((error: unknown) => context.log.warn({ err: error, drift: input.driftId }, 'second comparison failed'))
  const late = context.timers.delay(PATIENCE_MS, { ref: false }).then(() => impossible(LATE))
  return Promise.race([outcome, late])
}

const LATE = 'The repair was carried out, and the second comparison continues. Read the difference again.'

/** Stores a repair as healed if a second comparison no longer finds the difference, otherwise with the reason. */
async function confirm(
  context: BillingContext,
  port: PaymentPort,
  found: DriftRow,
  repaired: Drift,
): Promise<DriftRow | Denied> {
  const { drift } = await confirmHealed([repaired], () => compareAgain(context, port, found))
  const { healed, unhealedReason } = drift[0]!
  const stored = await updateDrift(context, found, { healed, unhealedReason })
  return healed ? stored : impossible(unhealedReason!)
}

/** The part of the comparison that found the difference, of the same period. */
async function* compareAgain(
  context: BillingContext,
  port: PaymentPort,
  { drift: { kind, object }, run: { since, until } }: DriftRow,
): AsyncIterable<ComparedAgain> {
  if (!isMoney(kind)) {
    yield { found: await compareObject(context, port, { kind: kind as DriftKind, object }) }
    return
  }
  const period = await port.moneyWindow({ since: since!, until: until! }, context.clock.now())
  for await (const { differences } of findDriftOf(object, { context, port, period, totals: [], only: null }))
    yield { found: differences }
}

const impossible = (message: string): Denied => denied(refused('INVALID_TRANSITION', message))

const isMoney = (kind: string): kind is MoneyDriftKind => (MONEY_DRIFT_KINDS as readonly string[]).includes(kind)

async function apply(context: BillingContext, port: PaymentPort, drift: Drift): Promise<boolean> {
  const { kind, object, ours, theirs } = drift
  if (kind === 'wrong_amount') return correctAmount(context, port, object)
  if (kind === 'wrong_sales') return correctSales(context.database, object)
  if (isMoney(kind)) return healMoney(context, port, { kind, object, theirs })
  const subscription = kind === 'unknown_customer' ? await port.fetchSubscription(object.split(':', 2)[1] ?? '') : null
  const finding = { kind, object, ours, theirs, ...(subscription ? { customerId: subscription.customerId } : {}) }
  return heal(context, port, null, finding as Finding)
}

/** Refunds a purchase that should not have been made, or a payment that no purchase can record. */
async function refund(context: BillingContext, port: PaymentPort, drift: Drift, reason: string): Promise<boolean> {
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
  await recordAcceptance(context, { provider: port.provider, drift, reason, until: null })
  return true
}
