import { intervalText } from '#services/catalog/products/interval.js'
import type { OverageCharge } from '#entities/entitlements/usage-price.js'
import type { Denial, Remedy } from '#services/kernel/denials/denial.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { momentText, moneyText, numberText } from '#services/kernel/text/readable.js'
import { partsText, termsText } from '#services/catalog/tariffs/describe-tariff.js'
import { availableUnits, type Entitlement, type EntitlementSource } from '../model/entitlement.js'
import { totalCost } from '../model/costed-remedy.js'
import { mainPlan, type AccountSnapshot } from '../model/account-snapshot.js'
import { sourceText } from '../model/source-name.js'
import { usedText } from '../model/used-text.js'
import type { DeductedPart } from '../model/deduct-units.js'

/** Steps of a check: active plans, sources, usage and missing units. */
export function explainCheck(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  entitlement: Entitlement,
  requested: {
    readonly amount: number
    readonly denial: Denial | null
    readonly taken: readonly DeductedPart[]
    readonly charges: readonly OverageCharge[]
  },
): string[] {
  return [
    `The plan is ${mainPlan(snapshot).plan.name}.`,
    ...entitlement.sources.map((source) => grantText(catalog, source)),
    ...useText(entitlement),
    ...debtText(snapshot.debts[entitlement.feature.code] ?? 0),
    ...overageText(catalog, entitlement),
    ...outcomeText(entitlement, requested.amount, requested.denial),
    ...takenText(catalog, requested.taken),
    ...requested.charges.map(chargeText),
  ]
}

function grantText(catalog: CatalogSnapshot, source: EntitlementSource): string {
  const { amount, unlimited, expiresAt } = source
  const what = unlimited ? 'any number' : amount === null ? 'it' : numberText(amount)
  return beginning(
    `${sourceText(catalog, source)} grants ${what}${expiresAt ? ` until ${momentText(expiresAt)}` : ''}.`,
  )
}

const beginning = (sentence: string): string => sentence[0]!.toUpperCase() + sentence.slice(1)

function useText({ feature, granted, limit, used, reserved, resetsAt }: Entitlement): string[] {
  if (!granted || feature.kind === 'BOOLEAN' || feature.kind === 'RATE') return []
  const resets = resetsAt ? [`It resets on ${momentText(resetsAt)}.`] : []
  return [`${usedText(used, limit, { reserved })}.`, ...resets]
}

/** A pack of fewer units than the debt makes none available. */
function debtText(debt: number): string[] {
  return debt > 0 ? [`${numberText(debt)} of debt, which packs and other grants repay first.`] : []
}

function outcomeText(entitlement: Entitlement, amount: number, denial: Denial | null): string[] {
  const { granted } = entitlement
  const remaining = availableUnits(entitlement)
  if (!granted) return ['No plan, package or override grants it.']
  if (denial?.code === 'INVALID_AMOUNT') return [`${numberText(amount)} is not a valid amount.`]
  if (denial && EXPLAINED.has(denial.code)) return [denial.message]
  if (denial)
    return [
      `${numberText(amount)} requested, ${numberText(remaining ?? 0)} remaining: ${numberText(amount - (remaining ?? 0))} missing.`,
    ]
  const left = entitlement.remaining
  // A boolean feature has no number: the source says that it grants it.
  if (left === null) return entitlement.feature.kind === 'BOOLEAN' ? [] : ['Unlimited.']
  return [
    left >= amount
      ? `${numberText(left)} left.`
      : `${numberText(left)} left of the allowance. The other units are beyond it.`,
  ]
}

/** Denials whose message has the numbers. */
const EXPLAINED: ReadonlySet<string> = new Set([
  'SPEND_CAP_REACHED',
  'POOL_EXHAUSTED',
  'OVERAGE_CAP_REACHED',
  'OVERAGE_UNPAID',
])

/** Price of units beyond the allowance. */
function overageText(catalog: CatalogSnapshot, { overage }: Entitlement): string[] {
  if (!overage) return []
  const { planCode, cap, used, reserved, costMinor, currency, tariff } = overage
  return [
    `Beyond it, ${sourceText(catalog, { kind: 'PLAN', code: planCode })} charges ${termsText(tariff)}: ${usedText(used, cap, { reserved })}, ${moneyText({ amountMinor: costMinor, currency })} so far.`,
  ]
}

/** Which part of the amount would come from where, in the order of taking. */
function takenText(catalog: CatalogSnapshot, taken: readonly DeductedPart[]): string[] {
  if (taken.length === 0) return []
  const parts = taken.map(({ amount, from }) => {
    const until = from.expiresAt ? ` (until ${momentText(from.expiresAt)})` : ''
    return `${numberText(amount)} of ${sourceText(catalog, from)}${until}`
  })
  return [`Consumption order: ${parts.join(', then ')}.`]
}

/** Cost of units beyond the allowance, by the tiers of their price. */
const chargeText = ({ units, amountMinor, currency, tariff, before }: OverageCharge): string =>
  `${numberText(units)} beyond the allowance cost ${moneyText({ amountMinor, currency })}: ${partsText(tariff, before, before + units)}.`

/** Last steps of a check: when waiting is enough, and the cheapest remedy of those that can be carried out. */
export function explainRemedies(denial: Pick<Denial, 'remedies'> | null): string[] {
  const remedies: readonly Remedy[] = denial?.remedies ?? []
  const wait = remedies.find(({ kind }) => kind === 'WAIT')
  const cheapest = remedies.find(({ kind }) => kind !== 'WAIT')
  return [
    ...(wait?.at ? [`Available again on ${momentText(wait.at)}.`] : []),
    ...(cheapest ? [`Cheapest remedy: ${cheapest.label}${costText(cheapest)}.`] : []),
  ]
}

/** Total cost of a remedy, not the price of one unit. */
function costText(remedy: Remedy): string {
  const { price } = remedy
  const whole = totalCost(remedy)
  const amount = whole ? ` at ${moneyText(whole)}` : ''
  const interval = price && price.interval !== 'ONE_TIME' ? ` ${intervalText(price.interval)}` : ''
  return `${amount}${interval}`
}
