import { dayText, moneyText } from '#services/kernel/text/readable.js'
import type { Money } from '#services/kernel/money/money.js'
import type { MoneyCompared, MoneyComparison } from './find-money-drift.js'
import {
  chargedAgainstPlan,
  ourCredits,
  ourTransfer,
  ourTransfers,
  returnedTooMuch,
  type ChargedAgainstPlan,
  type OurCredit,
} from './load-our-money.js'
import type { MoneyDifference } from './money-drift.js'
import { findSalesDrift } from './sales-drift.js'

/** Differences between what is recorded here and what should follow from it: plans, returned money, sales figures, credit, transfers. */
export async function* findBookDrift(comparison: MoneyComparison): AsyncIterable<MoneyCompared> {
  yield* findLocalDrift(comparison)
  yield* findCredits(comparison)
  if (comparison.port.payouts && comparison.context.declared.tables.has('vendor_payout'))
    yield* findTransfers(comparison)
}

/** The part of it for which the provider is not asked. */
export async function* findLocalDrift({ context, port, period }: MoneyComparison): AsyncIterable<MoneyCompared> {
  const { database } = context
  const against = await chargedAgainstPlan(database, port.provider, period)
  yield { checked: against.length, differences: against.map(againstPlan) }
  const tooMuch = await returnedTooMuch(database, port.provider, period)
  yield {
    checked: tooMuch.length,
    differences: tooMuch.map(({ purchaseId, accountId, currency, paidMinor, returnedMinor }) => ({
      kind: 'returned_too_much',
      object: `purchase:${purchaseId}`,
      accountId,
      description: `Of purchase ${purchaseId}, ${moneyText({ amountMinor: paidMinor, currency })} was paid and ${moneyText({ amountMinor: returnedMinor, currency })} was returned as refund and credit together.`,
      ours: { paidMinor, returnedMinor, currency },
      theirs: { returnedMinor },
      action: 'ACCEPT',
      safe: false,
    })),
  }
  // Sales figures are of all providers together, so they are compared once.
  if (Object.keys(context.providers)[0] === port.provider) yield await findSalesDrift(database, period)
}

const REASONS = {
  CHANGE: 'although another price was scheduled from',
  CANCEL: 'although its end was scheduled for',
  ENDED: 'although it was ended on',
} as const

function againstPlan(found: ChargedAgainstPlan): MoneyDifference {
  const { purchaseId, accountId, externalId, reason, at, amountMinor, currency } = found
  const money = { amountMinor, currency }
  return {
    kind: 'charged_against_plan',
    object: `purchase:${purchaseId}`,
    accountId,
    description: `Subscription ${externalId} was charged ${moneyText(money)} (purchase ${purchaseId}) ${REASONS[reason]} ${dayText(at)}.`,
    ours: { reason, at },
    theirs: money,
    action: 'REFUND',
    safe: false,
  }
}

/** Every customer here is compared with the provider's, so that credit which was given there alone is found as well. */
async function* findCredits({ context, port }: MoneyComparison): AsyncIterable<MoneyCompared> {
  if (!port.keepsBalance) return
  const expected = Map.groupBy(await ourCredits(context.database, port.provider), ({ customerId }) => customerId)
  const listed = new Map<string, Money | null>()
  for await (const { customerId, credit } of port.listCustomers())
    if (expected.has(customerId)) listed.set(customerId, credit)
  const differences = [...expected].flatMap(([customerId, ours]) => {
    const theirs = listed.get(customerId)
    if (theirs === undefined) return [missingCustomer(ours[0]!)]
    return ours.flatMap((one) => creditDifference(one, theirs) ?? [])
  })
  yield { checked: expected.size, differences }
}

function creditDifference(
  { accountId, customerId, currency, creditMinor }: OurCredit,
  found: Money | null,
): MoneyDifference | null {
  const theirs = found ?? { amountMinor: 0, currency: currency ?? '' }
  const isOther = currency !== null && theirs.currency !== currency
  if (isOther || theirs.amountMinor === creditMinor) return null
  const ours = { amountMinor: creditMinor, currency: theirs.currency }
  return {
    kind: 'wrong_credit',
    object: `customer:${customerId}`,
    accountId,
    description: `Customer ${customerId} has ${moneyText(theirs)} credit at the provider; invoices and adjustments here add up to ${moneyText(ours)}.`,
    ours,
    theirs,
    action: 'ACCEPT',
    safe: false,
  }
}

const missingCustomer = ({ accountId, customerId }: OurCredit): MoneyDifference => ({
  kind: 'missing_customer',
  object: `customer:${customerId}`,
  accountId,
  description: `Customer ${customerId} is recorded here, and the provider does not know it.`,
  ours: { customerId },
  theirs: null,
  action: 'ACCEPT',
  safe: false,
})

async function* findTransfers({ context, port, period }: MoneyComparison): AsyncIterable<MoneyCompared> {
  const ours = await ourTransfers(context.database, period)
  const byId = new Map(ours.map((transfer) => [transfer.externalId, transfer]))
  const seen = new Set<string>()
  const differences: MoneyDifference[] = []
  let checked = 0
  for await (const { externalId, payoutId, money } of port.listTransfers(period)) {
    checked++
    seen.add(externalId)
    // A transfer that was requested just outside of the period is not in the list.
    const known = byId.get(externalId) ?? (await ourTransfer(context.database, externalId)) ?? null
    const same = known && known.amountMinor === money.amountMinor && known.currency === money.currency
    if (same) continue
    const here = known ? `${moneyText(known)} is recorded here` : 'no payout here records it'
    differences.push({
      ...transferDrift(externalId, known?.accountId ?? null),
      description: `Transfer ${externalId} of ${moneyText(money)} was made at the provider, and ${here}.`,
      ours: known && { payoutId: known.payoutId, amountMinor: known.amountMinor, currency: known.currency },
      theirs: { ...money, payoutId },
    })
  }
  for (const transfer of ours)
    if (transfer.externalId && !seen.has(transfer.externalId))
      differences.push({
        ...transferDrift(transfer.externalId, transfer.accountId),
        description: `Payout ${transfer.payoutId} of ${moneyText(transfer)} names transfer ${transfer.externalId}, which the provider does not list.`,
        ours: { payoutId: transfer.payoutId, amountMinor: transfer.amountMinor, currency: transfer.currency },
        theirs: null,
      })
  yield { checked, differences }
}

const transferDrift = (externalId: string, accountId: string | null) =>
  ({ kind: 'wrong_transfer', object: `transfer:${externalId}`, accountId, action: 'ACCEPT', safe: false }) as const
