import { moneyText } from '#services/kernel/text/readable.js'
import type { PaymentPort } from '#services/billing/providers/port.js'
import type { MoneyWindow } from '#services/billing/providers/money-listing-port.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { acceptedDrift } from './accepted-drift.js'
import { inChunks } from './in-chunks.js'
import { existingSubscriptions } from './load-local-state.js'
import { accountsOf, ourMoney, ourPayments } from './load-our-money.js'
import { findBookDrift, findLocalDrift } from './find-book-drift.js'
import { findDisputes, findRefunds } from './find-movements.js'
import { findInvoices } from './find-invoices.js'
import { chargeDifference, permissionDifference, type MoneyDifference } from './money-drift.js'
import { countMoney, type MoneyTotals } from './money-totals.js'

const CHUNK = 100

/** A chunk that was compared. */
export interface MoneyCompared {
  readonly checked: number
  readonly differences: readonly MoneyDifference[]
}

export interface MoneyComparison {
  readonly context: BillingContext
  readonly port: PaymentPort
  readonly period: MoneyWindow
  /** Sums of both sides, which the comparison fills. */
  readonly totals: MoneyTotals
  /** Compares this account only; null for all. */
  readonly only: string | null
}

/**
 * Compares the money at a provider with purchases, refunds, disputes, credit and transfers here. Differences that an operator has accepted
 * are left out while the provider says the same.
 */
export async function* findMoneyDrift(comparison: MoneyComparison): AsyncIterable<MoneyCompared> {
  yield* notAccepted(comparison, allMoney(comparison))
}

/** The part of the comparison that finds the differences of an object. */
export async function* findDriftOf(object: string, comparison: MoneyComparison): AsyncIterable<MoneyCompared> {
  const [type = ''] = object.split(':', 1)
  yield* notAccepted(comparison, (PARTS[type] ?? findBookDrift)(comparison))
}

/** Parts of the comparison by the type of the objects whose differences they find. */
const PARTS: Readonly<Record<string, (comparison: MoneyComparison) => AsyncIterable<MoneyCompared>>> = {
  invoice: findInvoices,
  payment: findCharges,
  dispute: findDisputes,
  refund: findRefunds,
  reversal: findRefunds,
  purchase: findLocalDrift,
  sales: findLocalDrift,
}

async function* notAccepted(
  comparison: MoneyComparison,
  compared: AsyncIterable<MoneyCompared>,
): AsyncIterable<MoneyCompared> {
  const { context, port } = comparison
  const accepted = await acceptedDrift(context.database, port.provider, context.clock.now())
  for await (const { checked, differences } of compared)
    yield {
      checked,
      differences: differences.filter(
        (one) => !accepted.has(one) && (comparison.only === null || one.accountId === comparison.only),
      ),
    }
}

async function* allMoney(comparison: MoneyComparison): AsyncIterable<MoneyCompared> {
  const { port, period } = comparison
  const { missing } = period
  yield { checked: 0, differences: missing.map((permission) => permissionDifference(port.provider, permission)) }
  // Invoices first: most payments are recorded by them.
  yield* findInvoices(comparison)
  yield* findCharges(comparison)
  // Disputes first: at some providers, a reversal is the money of a lost dispute.
  yield* findDisputes(comparison)
  yield* findRefunds(comparison)
  yield* findBookDrift(comparison)
}

async function* findCharges(comparison: MoneyComparison): AsyncIterable<MoneyCompared> {
  const { context, port, period, totals, only } = comparison
  const { database } = context
  const seen = new Set<string>()
  const listed = port.listCharges(period, existingSubscriptions(database, port.provider))
  for await (const charges of inChunks(listed, CHUNK)) {
    const ids = charges.map(({ paymentId }) => paymentId)
    const ours = await ourMoney(database, port.provider, 'paymentId', ids)
    const accounts = await accountsOf(
      database,
      port.provider,
      charges.map(({ customerId }) => customerId),
    )
    const differences = charges.flatMap((charge) => {
      seen.add(charge.paymentId)
      const known = ours.get(charge.paymentId) ?? null
      const accountId = known?.accountId ?? accounts.get(charge.customerId ?? '')?.accountId ?? null
      if (only === null || accountId === only) countMoney(totals, 'received', charge.money, 'theirs')
      return chargeDifference({ ...charge, accountId }, known) ?? []
    })
    yield { checked: charges.length, differences }
  }
  yield* findUnknownPayments(comparison, seen)
}

/** Payments of purchases here that the provider did not list; each of them is fetched. */
async function* findUnknownPayments(
  { context, port, period, totals, only }: MoneyComparison,
  seen: ReadonlySet<string>,
): AsyncIterable<MoneyCompared> {
  const differences: MoneyDifference[] = []
  const purchases = await ourPayments(context.database, port.provider, period)
  for (const { purchaseId, accountId, paymentId, amountMinor, currency } of purchases) {
    const money = { amountMinor, currency }
    if (only !== null && accountId !== only) continue
    countMoney(totals, 'received', money, 'ours')
    if (seen.has(paymentId!) || (await port.fetchPayment(paymentId!))) continue
    differences.push({
      kind: 'unknown_payment',
      object: `purchase:${purchaseId}`,
      accountId,
      description: `Purchase ${purchaseId} records ${moneyText(money)} by payment ${paymentId}, which the provider does not know.`,
      ours: { paymentId, ...money },
      theirs: null,
      action: 'ACCEPT',
      safe: false,
    })
  }
  yield { checked: purchases.filter(({ paymentId }) => !seen.has(paymentId!)).length, differences }
}
