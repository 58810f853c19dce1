import { numberText } from '#services/kernel/text/readable.js'
import { periodName } from './period-name.js'
import {
  refused,
  refusedAmount,
  type AmountDenial,
  type Denial,
  type DeniedAmounts,
  type Refused,
} from '#services/kernel/denials/denial.js'
import { isSliding } from '#services/catalog/definition/parse-quota-window.js'
import type { FeatureDefinition, QuotaWindow } from '#services/catalog/definition/types.js'
import type { CatalogPlan, CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { decideRemedies } from './decide-remedies.js'
import { upgradeRemedies } from './plan-remedies.js'
import { termsText } from '#services/catalog/tariffs/describe-tariff.js'
import type { Entitlement, EntitlementOverage } from './entitlement.js'
import { unitsHold } from './overage.js'
import type { SaleHold } from '../sale/sale-hold.js'
import { HOLDS } from './hold-denial.js'
import { buyerOf, mainPlan, type AccountSnapshot } from './account-snapshot.js'

export interface InsufficientPlan extends Denial {
  readonly __typename: 'InsufficientPlan'
  readonly code: 'INSUFFICIENT_PLAN'
  readonly requiredPlan: CatalogPlan
  readonly currentPlan: CatalogPlan
}

export interface QuotaExceeded extends AmountDenial {
  readonly __typename: 'QuotaExceeded'
  readonly code: 'QUOTA_EXCEEDED' | 'LIMIT_REACHED'
  readonly feature: FeatureDefinition
  readonly used: number
  readonly limit: number
  readonly resetsAt: Date | null
  readonly currentPlan: CatalogPlan
}

export interface InsufficientCredits extends AmountDenial {
  readonly __typename: 'InsufficientCredits'
  readonly code: 'INSUFFICIENT_CREDITS'
  readonly feature: FeatureDefinition
  readonly requested: number
  readonly remaining: number
  readonly currentPlan: CatalogPlan
}

/** An account does not have the required plan. @param requires beginning of the message: what requires the plan */
export function insufficientPlan(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  requiredPlan: CatalogPlan,
  requires = 'This template requires',
): InsufficientPlan {
  return {
    __typename: 'InsufficientPlan',
    code: 'INSUFFICIENT_PLAN',
    message: `${requires} '${requiredPlan.code}' plan or higher.${catalog.upgradeUrl === null ? '' : ` Please upgrade at ${catalog.upgradeUrl}`}`,
    remedies: upgradeRemedies(catalog, snapshot, (plan) => plan.rank >= requiredPlan.rank),
    requiredPlan,
    currentPlan: mainPlan(snapshot).plan,
  }
}

/** Nothing that the account holds grants the feature. */
export function featureNotIncluded(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  entitlement: Entitlement,
  amount: number,
): Refused {
  const { feature } = entitlement
  return refused('FEATURE_NOT_INCLUDED', `${feature.name} is not included in plan ${mainPlan(snapshot).plan.name}.`, {
    remedies: decideRemedies(catalog, snapshot, entitlement, amount),
    field: 'feature',
  })
}

/** Less remains than requested: credits, or an exhausted quota or limit. */
export function notEnough(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  entitlement: Entitlement,
  amount: number,
): QuotaExceeded | InsufficientCredits | Refused {
  const hold = entitlement.overage && unitsHold(snapshot)
  if (hold) return overageUnpaid(catalog, snapshot, entitlement, { amount, hold })
  if (entitlement.overage) return overageCapReached(catalog, snapshot, entitlement, entitlement.overage, amount)
  return entitlement.feature.kind === 'CREDIT'
    ? insufficientCredits(catalog, snapshot, entitlement, amount)
    : quotaExceeded(catalog, snapshot, entitlement, amount)
}

/** The allowance and all packs are used up, and the units at a price have reached the cap of the plan. */
function overageCapReached(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  entitlement: Entitlement,
  overage: EntitlementOverage,
  amount: number,
): Refused {
  const { feature, remaining } = entitlement
  const { planCode, cap, used, reserved } = overage
  return refusedAmount(
    'OVERAGE_CAP_REACHED',
    `Plan ${catalog.planByCode.get(planCode)?.name ?? planCode} allows ${cap === null ? 'any number of' : numberText(cap)} ${feature.name} units beyond the allowance${windowText(snapshot, feature)}, at ${termsText(overage.tariff)}: ${numberText(remaining ?? 0)} left of the allowance, ${numberText(used)} used beyond it${reserved ? `, ${numberText(reserved)} reserved` : ''}, ${numberText(amount)} requested.`,
    {
      ...amountsOf(entitlement, amount),
      limit: cap,
      used: used + reserved,
      remaining: (remaining ?? 0) + overage.remaining,
    },
    decideRemedies(catalog, snapshot, entitlement, amount),
  )
}

/** Numbers of a limit or quota. */
const amountsOf = (
  { feature, limit, used, reserved, remaining, resetsAt }: Entitlement,
  requested: number,
): DeniedAmounts => ({
  feature: feature.code,
  currency: null,
  limit: limit ?? 0,
  used: used + reserved,
  requested,
  remaining: remaining ?? 0,
  resetsAt,
})

/** The allowance and all packs are used up, and units at a price are not sold, because a payment is missing. */
function overageUnpaid(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  entitlement: Entitlement,
  { amount, hold: { reason } }: { readonly amount: number; readonly hold: SaleHold },
): Refused {
  const { feature, remaining } = entitlement
  const { cause, until, step } = HOLDS[reason]
  const open = step.kind === 'PAY_INVOICE' ? ' The invoice is on the billing page.' : ''
  return refusedAmount(
    'OVERAGE_UNPAID',
    `${cause}, so ${feature.name} has no more until ${until}: ${numberText(remaining ?? 0)} left of the allowance, ${numberText(amount)} requested.${open}`,
    amountsOf(entitlement, amount),
    [
      step.mutation ? { ...step, buyer: buyerOf(snapshot) } : step,
      ...decideRemedies(catalog, snapshot, entitlement, amount),
    ],
  )
}

/** The limit or quota is used up, or more calls are meant than any minute allows. */
export function quotaExceeded(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  entitlement: Entitlement,
  amount: number,
): QuotaExceeded {
  const { feature, used, reserved, limit } = entitlement
  if (feature.kind === 'RATE') return aboveRate(catalog, snapshot, entitlement, amount)
  const allowed = limit ?? 0
  const [name, window] = [inSentence(feature.name), windowText(snapshot, feature)]
  const sentence = amount > allowed && allowed > 0 ? ofRequest() : ofUse()
  return {
    __typename: 'QuotaExceeded',
    code: feature.kind === 'LIMIT' ? 'LIMIT_REACHED' : 'QUOTA_EXCEEDED',
    message: isSoldInPacks(catalog, feature) ? `${lackOfCredits(feature)}: ${startingSmall(sentence)}` : sentence,
    remedies: decideRemedies(catalog, snapshot, entitlement, amount),
    feature,
    used: used + reserved,
    limit: limit ?? 0,
    resetsAt: entitlement.resetsAt,
    quantity: amountsOf(entitlement, amount),
    currentPlan: mainPlan(snapshot).plan,
  }

  /** More than is ever allowed. */
  function ofRequest(): string {
    const inUse = [used ? `${numberText(used)} used` : '', reserved ? `${numberText(reserved)} reserved` : '']
      .filter(Boolean)
      .join(', ')
    return `${numberText(amount)} ${name} requested of ${numberText(allowed)}${window}${inUse && `: ${inUse}`}.`
  }

  /** After a change to a smaller plan, more can be in use than the limit. */
  function ofUse(): string {
    // A fixed message, which clients match: its numbers have no separators.
    const numbers =
      used > allowed ? `${used} ${name}${window}, over the limit of ${allowed}` : `${used}/${allowed} ${name}${window}`
    return `You have used ${numbers}${reserved ? `, and ${numberText(reserved)} are reserved` : ''}.${amount > 1 ? ` ${numberText(amount)} requested.` : ''}`
  }
}

const startingSmall = (sentence: string): string => sentence[0]!.toLowerCase() + sentence.slice(1)

/** The amount exceeds the rate of a period: waiting does not help, a plan with a higher rate does. */
const aboveRate = (
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  entitlement: Entitlement,
  amount: number,
): QuotaExceeded => ({
  __typename: 'QuotaExceeded',
  code: 'LIMIT_REACHED',
  message: `${entitlement.feature.name}: ${numberText(amount)} requested, but plan ${mainPlan(snapshot).plan.name} allows ${numberText(entitlement.limit ?? 0)} per ${periodName(entitlement.feature)}.`,
  remedies: decideRemedies(catalog, snapshot, entitlement, amount),
  feature: entitlement.feature,
  used: 0,
  limit: entitlement.limit ?? 0,
  resetsAt: null,
  quantity: { ...amountsOf(entitlement, amount), used: 0, remaining: entitlement.limit ?? 0, resetsAt: null },
  currentPlan: mainPlan(snapshot).plan,
})

function insufficientCredits(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  entitlement: Entitlement,
  requested: number,
): InsufficientCredits {
  const { feature } = entitlement
  const remaining = entitlement.remaining ?? 0
  return {
    __typename: 'InsufficientCredits',
    code: 'INSUFFICIENT_CREDITS',
    message: `${lackOfCredits(feature)}: ${numberText(requested)} requested, ${numberText(remaining)} remaining.`,
    remedies: decideRemedies(catalog, snapshot, entitlement, requested),
    feature,
    requested,
    remaining,
    quantity: { ...amountsOf(entitlement, requested), limit: null, used: null, resetsAt: null },
    currentPlan: mainPlan(snapshot).plan,
  }
}

/** A quota that packs add to is spoken of as what they are called: credits. */
const isSoldInPacks = (catalog: CatalogSnapshot, feature: FeatureDefinition): boolean =>
  catalog.packages.some(
    ({ active, type, grants }) =>
      active &&
      type === 'CREDIT_PACK' &&
      grants.some((granted) => granted.amount && granted.feature.code === feature.code),
  )

/** As `Insufficient AI story credits`. */
function lackOfCredits({ unit, name }: FeatureDefinition): string {
  const of = unit ?? inSentence(name)
  return /\bcredits?$/i.test(of) ? `Insufficient ${of.replace(/credit$/i, 'credits')}` : `Insufficient ${of} credits`
}

/** The name of a feature within a sentence: `attribution runs`, but `AI stories`. */
const inSentence = (name: string): string => (/^.[^a-z]/.test(name) ? name : name[0]!.toLowerCase() + name.slice(1))

/** The window in which a quota was used, as its plan has it. */
function windowText(snapshot: AccountSnapshot, feature: FeatureDefinition): string {
  const granted = snapshot.held.flatMap(({ plan }) => plan.features).find((it) => it.feature.code === feature.code)
  const window: QuotaWindow | null = granted?.window ?? feature.window
  if (window === null) return ''
  if (window === 'day') return ' today'
  return isSliding(window) ? ` in the last ${Number.parseInt(window, 10)} days` : ` this ${window.replace('_', ' ')}`
}
