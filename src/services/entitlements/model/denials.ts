import { periodName } from './period-name.js'
import { refused, remedy, type Denial, type Refused, type Remedy } from '#services/kernel/denials/denial.js'
import type { FeatureDefinition, QuotaWindow } from '#services/catalog/definition/types.js'
import type { CatalogPlan, CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { decideRemedies } from './decide-remedies.js'
import { upgradeRemedies, upgradeUrl } from './plan-remedies.js'
import type { Entitlement, EntitlementOverage } from './entitlement.js'
import { unitsHold } from './overage.js'
import type { HoldReason, SaleHold } from '../sale/sale-hold.js'
import { buyerOf, mainPlan, type AccountSnapshot } from './account-snapshot.js'

export interface InsufficientPlan extends Denial {
  readonly __typename: 'InsufficientPlan'
  readonly code: 'INSUFFICIENT_PLAN'
  readonly requiredPlan: CatalogPlan
  readonly currentPlan: CatalogPlan
}

export interface QuotaExceeded extends Denial {
  readonly __typename: 'QuotaExceeded'
  readonly code: 'QUOTA_EXCEEDED' | 'LIMIT_REACHED'
  readonly feature: FeatureDefinition
  readonly used: number
  readonly limit: number
  readonly resetsAt: Date | null
  readonly upgradeUrl: string | null
  readonly currentPlan: CatalogPlan
}

export interface InsufficientCredits extends Denial {
  readonly __typename: 'InsufficientCredits'
  readonly code: 'INSUFFICIENT_CREDITS'
  readonly feature: FeatureDefinition
  readonly requested: number
  readonly remaining: number
  readonly upgradeUrl: string | null
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
    message: `${requires} '${requiredPlan.code}' plan or higher. Please upgrade at ${upgradeUrl(catalog)}`,
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

/** As `0.50 USD per 1,000`. */
export const overagePriceText = ({
  price,
  currency,
  per,
}: Pick<EntitlementOverage, 'price' | 'currency' | 'per'>): string =>
  `${price} ${currency} per ${per === 1 ? 'unit' : per.toLocaleString('en-US')}`

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
  return refused(
    'OVERAGE_CAP_REACHED',
    `Plan ${planCode} allows ${cap} ${feature.name} units beyond the allowance${windowText(snapshot, feature)}, at ${overagePriceText(overage)}: ${remaining ?? 0} left of the allowance, ${used} used beyond it${reserved ? `, ${reserved} reserved` : ''}, ${amount} requested.`,
    { remedies: decideRemedies(catalog, snapshot, entitlement, amount) },
  )
}

/** Cause of a hold in a sentence, its end, and the step that ends it. */
const HOLDS: Record<HoldReason, { readonly cause: string; readonly until: string; readonly step: Remedy }> = {
  OVERAGE_UNPAID: {
    cause: 'An invoice for use beyond the allowance is unpaid',
    until: 'it is paid',
    step: remedy('PAY_INVOICE', 'Pay the invoice', { mutation: 'openBillingPortal' }),
  },
  PERIOD_UNPAID: {
    cause: 'The invoice of the running period is unpaid',
    until: 'it is paid',
    step: remedy('PAY_INVOICE', 'Pay the open invoice', { mutation: 'openBillingPortal' }),
  },
  CHARGED_BACK: {
    cause: 'The bank charged back a payment for use beyond the allowance',
    until: 'the new invoice is paid',
    step: remedy('PAY_INVOICE', 'Pay the open invoice', { mutation: 'openBillingPortal' }),
  },
  NO_PAYMENT_METHOD: {
    cause: 'The subscription has no payment method',
    until: 'one is added',
    step: remedy('ADD_PAYMENT_METHOD', 'Add a payment method', { mutation: 'openBillingPortal' }),
  },
  DISPUTED: {
    cause: 'A payment of this account is disputed',
    until: 'the bank decides',
    step: remedy('WAIT', 'Wait for the decision, or withdraw the dispute at the bank'),
  },
  DELETION_SCHEDULED: {
    cause: 'The account is scheduled for deletion',
    until: 'the deletion is canceled',
    step: remedy('CHANGE_PLAN', 'Cancel the deletion', { mutation: 'cancelAccountDeletion' }),
  },
}

/** Denial of a sale that is paid first, or of higher terms of a subscription. */
export function saleDenied({ reason }: Pick<SaleHold, 'reason'>): Refused {
  const { cause, until, step } = HOLDS[reason]
  const code = reason === 'DELETION_SCHEDULED' ? 'INVALID_TRANSITION' : 'PAYMENT_FAILED'
  return refused(code, `${cause}. New purchases are blocked until ${until}.`, { remedies: [step] })
}

/** The allowance and all packs are used up, and units at a price are not sold, because a payment is missing. */
function overageUnpaid(
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  entitlement: Entitlement,
  { amount, hold: { reason } }: { readonly amount: number; readonly hold: SaleHold },
): Refused {
  const { feature, remaining } = entitlement
  const { cause, until, step } = HOLDS[reason]
  const open = reason === 'NO_PAYMENT_METHOD' || reason === 'DISPUTED' ? '' : ' The invoice is on the billing page.'
  return refused(
    'OVERAGE_UNPAID',
    `${cause}, so ${feature.name} has no more until ${until}: ${remaining ?? 0} left of the allowance, ${amount} requested.${open}`,
    {
      remedies: [
        step.mutation ? { ...step, buyer: buyerOf(snapshot) } : step,
        ...decideRemedies(catalog, snapshot, entitlement, amount),
      ],
    },
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
  const of = `${inSentence(feature.name)}${windowText(snapshot, feature)}`
  // After a change to a smaller plan, more can be in use than the limit.
  const ofUse = `ou have used ${used > allowed ? `${used} ${of}, over the limit of ${allowed}` : `${used}/${allowed} ${of}`}${reserved ? `, and ${reserved} are reserved` : ''}.${amount > 1 ? ` ${amount} requested.` : ''}`
  return {
    __typename: 'QuotaExceeded',
    code: feature.kind === 'LIMIT' ? 'LIMIT_REACHED' : 'QUOTA_EXCEEDED',
    message: isSoldInPacks(catalog, feature) ? `${lackOfCredits(feature)}: y${ofUse}` : `Y${ofUse}`,
    remedies: decideRemedies(catalog, snapshot, entitlement, amount),
    feature,
    used: used + reserved,
    limit: limit ?? 0,
    resetsAt: entitlement.resetsAt,
    upgradeUrl: upgradeUrl(catalog),
    currentPlan: mainPlan(snapshot).plan,
  }
}

/** The amount exceeds the rate of a period: waiting does not help, a plan with a higher rate does. */
const aboveRate = (
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  entitlement: Entitlement,
  amount: number,
): QuotaExceeded => ({
  __typename: 'QuotaExceeded',
  code: 'LIMIT_REACHED',
  message: `${entitlement.feature.name}: ${amount} requested, but plan ${mainPlan(snapshot).plan.name} allows ${entitlement.limit ?? 0} per ${periodName(entitlement.feature)}.`,
  remedies: decideRemedies(catalog, snapshot, entitlement, amount),
  feature: entitlement.feature,
  used: 0,
  limit: entitlement.limit ?? 0,
  resetsAt: null,
  upgradeUrl: upgradeUrl(catalog),
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
    message: `${lackOfCredits(feature)}: ${requested} requested, ${remaining} remaining.`,
    remedies: decideRemedies(catalog, snapshot, entitlement, requested),
    feature,
    requested,
    remaining,
    upgradeUrl: upgradeUrl(catalog),
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
  if (window === 'month') return ' this month'
  return window === 'billing_period' ? ' this billing period' : ` in the last ${Number.parseInt(window, 10)} days`
}
