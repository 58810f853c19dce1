import type { Denial, Remedy } from '#services/kernel/denials/denial.js'
import { toDecimal } from '#services/kernel/money/money.js'
import { overagePriceText } from '../model/denials.js'
import { availableUnits, type Entitlement, type EntitlementSource } from '../model/entitlement.js'
import { totalCost } from '../model/costed-remedy.js'
import { mainPlan, type AccountSnapshot } from '../model/account-snapshot.js'
import { usedText } from '../model/used-text.js'
import type { DeductedPart } from '../model/deduct-units.js'

/** Steps of a check: active plans, sources, usage and missing units. */
export function explainCheck(
  snapshot: AccountSnapshot,
  entitlement: Entitlement,
  requested: { readonly amount: number; readonly denial: Denial | null; readonly taken: readonly DeductedPart[] },
): string[] {
  return [
    `Plan ${mainPlan(snapshot).plan.code} holds.`,
    ...entitlement.sources.map(sourceText),
    ...useText(entitlement),
    ...debtText(snapshot.debts[entitlement.feature.code] ?? 0),
    ...overageText(entitlement),
    ...outcomeText(entitlement, requested.amount, requested.denial),
    ...takenText(requested.taken),
  ]
}

function sourceText({ kind, code, amount, unlimited, expiresAt }: EntitlementSource): string {
  const what = unlimited ? 'unlimited' : (amount ?? 'it')
  return `${kind.toLowerCase()} ${code} grants ${what}${expiresAt ? `, until ${expiresAt.toISOString()}` : ''}.`
}

function useText({ feature, granted, limit, used, reserved, resetsAt }: Entitlement): string[] {
  if (!granted || feature.kind === 'BOOLEAN' || feature.kind === 'RATE') return []
  const resets = resetsAt ? `; resets at ${resetsAt.toISOString()}` : ''
  return [`${usedText(used, limit, { reserved })}${resets}.`]
}

/** A pack of fewer units than the debt makes none available. */
function debtText(debt: number): string[] {
  return debt > 0 ? [`${debt} of debt, which packs and other grants repay first.`] : []
}

function outcomeText(entitlement: Entitlement, amount: number, denial: Denial | null): string[] {
  const { granted } = entitlement
  const remaining = availableUnits(entitlement)
  if (!granted) return ['No plan, package or override grants it.']
  if (denial?.code === 'INVALID_AMOUNT') return [`${amount} is not a valid amount.`]
  if (denial && EXPLAINED.has(denial.code)) return [denial.message]
  if (denial) return [`${amount} requested, ${remaining ?? 0} remaining: ${amount - (remaining ?? 0)} missing.`]
  const left = entitlement.remaining
  if (left === null) return ['Unlimited.']
  return [left >= amount ? `${left} left.` : `${left} left of the allowance. The other units are beyond it.`]
}

/** Denials whose message has the numbers. */
const EXPLAINED: ReadonlySet<string> = new Set([
  'SPEND_CAP_REACHED',
  'POOL_EXHAUSTED',
  'OVERAGE_CAP_REACHED',
  'OVERAGE_UNPAID',
])

/** Price of units beyond the allowance. */
function overageText({ overage }: Entitlement): string[] {
  if (!overage) return []
  const { planCode, cap, used, reserved, costMinor, currency } = overage
  return [
    `Beyond it, plan ${planCode} charges ${overagePriceText(overage)}: ${usedText(used, cap, { reserved })}, ${toDecimal({ amountMinor: costMinor, currency })} ${currency} so far.`,
  ]
}

/** Which part of the amount would come from where, in the order of taking. */
function takenText(taken: readonly DeductedPart[]): string[] {
  if (taken.length === 0) return []
  const parts = taken.map(({ amount, from }) => {
    const until = from.expiresAt ? ` (until ${from.expiresAt.toISOString()})` : ''
    return `${amount} of ${from.kind.toLowerCase()} ${from.code}${until}`
  })
  return [`Consumption order: ${parts.join(', then ')}.`]
}

/** Last steps of a check: when waiting is enough, and the cheapest remedy of those that can be carried out. */
export function explainRemedies(denial: Pick<Denial, 'remedies'> | null): string[] {
  const remedies: readonly Remedy[] = denial?.remedies ?? []
  const wait = remedies.find(({ kind }) => kind === 'WAIT')
  const cheapest = remedies.find(({ kind }) => kind !== 'WAIT')
  return [
    ...(wait?.at ? [`Available again at ${wait.at.toISOString()}.`] : []),
    ...(cheapest ? [`Cheapest remedy: ${cheapest.label}${costText(cheapest)}.`] : []),
  ]
}

/** Total cost of a remedy, not the price of one unit. */
function costText(remedy: Remedy): string {
  const { price, mutation } = remedy
  const whole = totalCost(remedy)
  const amount = whole ? ` at ${toDecimal(whole)} ${whole.currency}` : ''
  const interval = price && price.interval !== 'ONE_TIME' ? ` a ${price.interval.toLowerCase()}` : ''
  return `${amount}${interval}${mutation ? ` (${mutation})` : ''}`
}
