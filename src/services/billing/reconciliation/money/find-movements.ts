import type { ListedRefund } from '#services/billing/providers/money-listing-port.js'
import { inChunks } from './in-chunks.js'
import type { MoneyCompared, MoneyComparison } from './find-money-drift.js'
import { accountsOfPayments, lostDisputes, ourMovements, type LostDispute } from './load-our-money.js'
import { movementDifference, type OurMovement } from './money-drift.js'
import { countMoney } from './money-totals.js'

const CHUNK = 100

/** Disputes at the provider against those here. */
export async function* findDisputes({ context, port, period }: MoneyComparison): AsyncIterable<MoneyCompared> {
  const { database } = context
  for await (const disputes of inChunks(port.listDisputes(period), CHUNK)) {
    const ours = await ourMovements(database, 'dispute', port.provider, idsOf(disputes))
    const accounts = await accountsOfPayments(database, port.provider, paymentsOf(disputes))
    const differences = disputes.flatMap((dispute) => {
      const known = ours.get(dispute.externalId) ?? null
      const accountId = known?.accountId ?? accounts.get(dispute.paymentId ?? '') ?? null
      // A dispute of a payment that no purchase records is found with that payment.
      if (!known && !accountId) return []
      return movementDifference('missing_dispute', dispute, known, accountId) ?? []
    })
    yield { checked: disputes.length, differences }
  }
}

/** Refunds and reversals at the provider against refunds and lost disputes here. */
export async function* findRefunds(comparison: MoneyComparison): AsyncIterable<MoneyCompared> {
  const { context, port, period, totals, only } = comparison
  const { database } = context
  for await (const refunds of inChunks(port.listRefunds(period), CHUNK)) {
    const recorded = await ourMovements(database, 'refund', port.provider, idsOf(refunds))
    const accounts = await accountsOfPayments(database, port.provider, paymentsOf(refunds))
    const lost = await lostDisputes(database, port.provider, paymentsOf(refunds))
    const differences = refunds.flatMap((refund) => {
      const known = recorded.get(refund.externalId) ?? toLostDispute(refund, lost)
      const accountId = known?.accountId ?? accounts.get(refund.paymentId ?? '') ?? null
      const counts = only === null || accountId === only
      if (counts && (refund.status === 'SUCCEEDED' || refund.status === 'PENDING')) {
        countMoney(totals, 'refunded', refund.money, 'theirs')
        if (known) countMoney(totals, 'refunded', refund.money, 'ours')
      }
      // A refund of a payment that no purchase records is found with that payment.
      if (!known && !accountId) return []
      const kind = refund.kind === 'REVERSAL' ? 'missing_reversal' : 'missing_refund'
      return movementDifference(kind, refund, known, accountId) ?? []
    })
    yield { checked: refunds.length, differences }
  }
}

interface Listed {
  readonly externalId: string
  readonly paymentId: string | null
}

const idsOf = (listed: readonly Listed[]): string[] => listed.map(({ externalId }) => externalId)
const paymentsOf = (listed: readonly Listed[]): (string | null)[] => listed.map(({ paymentId }) => paymentId)

/** The lost dispute that records this money, where the provider lists it as a refund or a reversal. */
function toLostDispute(
  { paymentId, money, status, disputedAt }: ListedRefund,
  lost: readonly LostDispute[],
): OurMovement | null {
  const found =
    disputedAt &&
    lost.find(
      (one) => one.paymentId === paymentId && one.openedAt <= disputedAt && money.amountMinor <= one.amountMinor,
    )
  return found ? { status, amountMinor: money.amountMinor, paymentId, accountId: found.accountId } : null
}
