import type { AllocationView, Consumption, ReservationView } from '#services/entitlements/usage/usage-operation.js'
import type { OverageCharge, UsagePrice } from '#entities/entitlements/usage-price.js'
import { explainPrice } from '#services/entitlements/model/explain-price.js'
import type { Denial } from '#services/kernel/denials/denial.js'
import type { PlanCheck } from '#services/entitlements/check/plan-check.js'
import type { Check } from '#services/entitlements/check/decide-check.js'
import type { Entitlement, EntitlementOverage, EntitlementSource } from '#services/entitlements/model/entitlement.js'
import { evaluateFeature } from '#services/entitlements/model/evaluate-entitlements.js'
import type { RequestContext } from '#context/request-context.js'
import { firstPriced, partsText, termsText, toCurrency } from '#services/catalog/tariffs/describe-tariff.js'
import { tariffOf } from '#services/catalog/tariffs/tariff.js'
import { toDecimal } from '#services/kernel/money/money.js'
import { codeInfo } from '#services/kernel/codes/codes.js'
import { explainSteps } from '#services/entitlements/check/explain-steps.js'
import { denialFields } from '../denial-body.js'
import { sourceName } from '#services/entitlements/model/source-name.js'

/** There only for work that a rate card priced. */
const priceField = (price: UsagePrice | null) => (price ? { price: priceBody(price) } : {})

const priceBody = (price: UsagePrice) => ({
  units: price.units,
  card_version: price.version,
  dimensions: price.dimensions,
  lines: price.lines.map(({ line, quantity, amount, before, factor, exact, units }) => ({
    line,
    quantity,
    amount,
    before,
    factor,
    exact,
    units,
  })),
  minimum: price.minimum,
  plan: price.plan,
  window_start: price.windowStart,
  overage: price.overage ? { policy: price.overage.policy.toLowerCase(), units: price.overage.units } : null,
  explain: explainPrice(price),
})

/** There only when the store was away and the catalog's policy for the feature decided. */
const decidedByField = (policy: string | null) => (policy ? { decided_by: policy.toLowerCase() } : {})

/** Response of a check: always 200, also for a denial. */
export const denialBody = async (context: RequestContext, denial: Denial) => ({
  ...(await denialFields(context, denial)),
  error: codeInfo(denial.code).text,
  code: denial.code,
  message: denial.message,
})

export const planCheckBody = async (context: RequestContext, { allowed, denial }: PlanCheck) => ({
  allowed,
  denial: denial && (await denialBody(context, denial)),
})

export async function checkBody(context: RequestContext, check: Check) {
  const { allowed, entitlement, denial, appliedFailurePolicy, price } = check
  return {
    allowed,
    entitlement: entitlement && entitlementBody(entitlement),
    denial: denial && (await denialBody(context, denial)),
    explain: await explainSteps(context, check),
    ...priceField(price),
    ...decidedByField(appliedFailurePolicy),
  }
}

export const consumptionBody = (context: RequestContext, done: Consumption, appliedFailurePolicy: string | null) => ({
  id: done.id,
  feature: done.feature.code,
  amount: done.amount,
  taken: done.taken.map(({ source, amount }) => ({ ...sourceBody(source), amount })),
  at: done.at.toISOString(),
  ...(done.charges.length > 0 ? { overage: done.charges.map(chargeBody) } : {}),
  ...(done.debt > 0 ? { debt: done.debt } : {}),
  ...(done.details.properties ? { properties: done.details.properties } : {}),
  ...(done.details.providerCost ? { provider_cost: done.details.providerCost } : {}),
  ...(done.basis ? { [done.basis === 'LATE' ? 'late' : 'estimated']: true } : {}),
  ...priceField(done.price),
  ...decidedByField(appliedFailurePolicy),
  entitlement: entitlementAfter(context, done),
})

export const reservationBody = (context: RequestContext, held: ReservationView) => ({
  id: held.id,
  feature: held.feature.code,
  amount: held.amount,
  status: held.status.toLowerCase(),
  expires_at: held.expiresAt.toISOString(),
  on_expiry: held.onExpiry.toLowerCase(),
  estimate: held.estimate,
  ...priceField(held.price),
  entitlement: entitlementAfter(context, held),
})

export const allocationBody = (context: RequestContext, counted: AllocationView) => ({
  feature: counted.feature.code,
  resource_id: counted.resourceId,
  allocated: counted.allocated,
  entitlement: entitlementAfter(context, counted),
})

const entitlementAfter = (context: RequestContext, { snapshot, feature }: Pick<Consumption, 'snapshot' | 'feature'>) =>
  entitlementBody(evaluateFeature(context.catalog.current(), snapshot, feature))

export const entitlementBody = (entitlement: Entitlement) => ({
  feature: entitlement.feature.code,
  kind: entitlement.feature.kind.toLowerCase(),
  granted: entitlement.granted,
  unlimited: entitlement.unlimited,
  limit: entitlement.limit,
  used: entitlement.used,
  reserved: entitlement.reserved,
  remaining: entitlement.remaining,
  resets_at: entitlement.resetsAt?.toISOString() ?? null,
  percent: entitlement.percent,
  near_limit: entitlement.nearLimit,
  revision: entitlement.version,
  sources: entitlement.sources.map(sourceBody),
  ...(entitlement.overage ? { overage: overageBody(entitlement.overage) } : {}),
})

/** The first price of a tariff, and all of its tiers as text. */
function tariffFields(text: string, summary: string) {
  const tariff = tariffOf(text)
  const { currency } = tariff
  const { price, per = 1 } = firstPriced(tariff)
  return { price: toCurrency(price, currency), per, currency, summary }
}

const overageBody = ({
  planCode,
  tariff,
  currency,
  cap,
  used,
  reserved,
  remaining,
  costMinor,
}: EntitlementOverage) => ({
  plan: planCode,
  ...tariffFields(tariff, termsText(tariff)),
  cap,
  used,
  reserved,
  remaining,
  cost: toDecimal({ amountMinor: costMinor, currency }),
})

const chargeBody = ({ plan, units, tariff, before, currency, amountMinor, windowStart }: OverageCharge) => ({
  plan,
  units,
  ...tariffFields(tariff, partsText(tariff, before, before + units)),
  cost: toDecimal({ amountMinor, currency }),
  window_start: windowStart,
})

/** A source of units, without how many. */
export const sourceBody = ({ kind, code, amount, unlimited, expiresAt }: EntitlementSource) => ({
  kind: kind.toLowerCase(),
  ...sourceName({ kind, code }),
  amount,
  unlimited,
  expires_at: expiresAt?.toISOString() ?? null,
})
