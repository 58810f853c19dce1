import type { Denial } from '#schema/kernel/denial.type.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { Check as CheckValue } from '#services/entitlements/check/decide-check.js'
import type { AccountPlan as AccountPlanValue } from '#services/entitlements/plans/account-plan.js'
import type {
  Entitlement as EntitlementValue,
  EntitlementSource as EntitlementSourceValue,
} from '#services/entitlements/model/entitlement.js'
import type { AccountPlan } from '#schema/entitlements/account-plan.type.js'
import type { Check } from '#schema/entitlements/check.type.js'
import type { EntitlementSource } from '#schema/entitlements/entitlement-source.type.js'
import type { Entitlement, EntitlementPreview } from '#schema/entitlements/entitlement.type.js'
import { sourceName } from '#services/entitlements/model/source-name.js'
import { entitlementId } from '#services/entitlements/snapshot/entitlement-id.js'
import { toCurrentPlan, toFeature, toPlanVersion } from '../catalog/plan.mapper.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { toEntitlementOverage, toOverageCharge } from './overage.mapper.js'
import { toUsagePrice } from './usage-price.mapper.js'
import type { RequestContext } from '#context/request-context.js'

/** @param asOf Time of the evaluation, if it is not now: it belongs to the ID. */
export const toEntitlement = (value: EntitlementValue, asOf: Date | null = null): Entitlement =>
  new EntitlementView(value, asOf)

/** The entitlement after a change that is only previewed. */
export const toEntitlementPreview = (value: EntitlementValue): EntitlementPreview => ({
  ...value,
  __typename: 'EntitlementPreview',
  feature: toFeature(value.feature),
  sources: value.sources.map(toSource),
  overage: value.overage && toEntitlementOverage(value.overage),
})

/** Feature and sources are mapped on first access: most responses only show the remaining amount. */
class EntitlementView implements Entitlement {
  readonly __typename = 'Entitlement'
  readonly granted: boolean
  readonly unlimited: boolean
  readonly limit: number | null
  readonly used: number
  readonly reserved: number
  readonly remaining: number | null
  readonly resetsAt: Date | null
  readonly percent: number | null
  readonly nearLimit: boolean
  readonly revision: number

  constructor(
    private readonly value: EntitlementValue,
    private readonly asOf: Date | null,
  ) {
    this.granted = value.granted
    this.unlimited = value.unlimited
    this.limit = value.limit
    this.used = value.used
    this.reserved = value.reserved
    this.remaining = value.remaining
    this.resetsAt = value.resetsAt
    this.percent = value.percent
    this.nearLimit = value.nearLimit
    this.revision = value.version
  }

  get id(): string {
    return entitlementId(this.value.accountId, this.value.feature.code, this.asOf)
  }

  get feature(): Entitlement['feature'] {
    return toFeature(this.value.feature)
  }

  get overage(): Entitlement['overage'] {
    return this.value.overage && toEntitlementOverage(this.value.overage)
  }

  get sources(): EntitlementSource[] {
    return this.value.sources.map(toSource)
  }
}

export const toSource = ({ object, ...source }: EntitlementSourceValue): EntitlementSource => ({
  __typename: 'EntitlementSource',
  ...source,
  ...sourceName(source),
  objectId: object?.id ?? null,
})

export const toAccountPlan = (
  catalog: CatalogSnapshot,
  { plan, since, dateEnd, supportedStacks, ...rest }: AccountPlanValue,
): AccountPlan => ({
  __typename: 'AccountPlan',
  ...rest,
  supportsAllStacks: supportedStacks === null,
  supportedStacks: supportedStacks ?? [],
  plan: toCurrentPlan(catalog, plan),
  planVersion: toPlanVersion(plan),
  endsAt: dateEnd,
  heldSince: since,
})

export async function toCheck(context: RequestContext, check: CheckValue, code: string): Promise<Check> {
  const denial = check.denial && (await toDenial(context, check.denial))
  const feature = context.catalog.current().features.get(code)
  return new CheckView(
    check,
    feature ? toFeature(feature) : null,
    check.entitlement && toEntitlement(check.entitlement),
    denial,
  )
}

class CheckView implements Check {
  readonly __typename = 'Check'
  readonly allowed: boolean
  readonly appliedFailurePolicy: Check['appliedFailurePolicy']
  readonly price: Check['price']
  readonly remainingAfter: number | null

  constructor(
    readonly source: CheckValue,
    readonly feature: Check['feature'],
    readonly entitlement: Entitlement | null,
    readonly denial: Denial | null,
  ) {
    this.allowed = source.allowed
    this.appliedFailurePolicy = source.appliedFailurePolicy
    this.price = source.price && toUsagePrice(source.price)
    this.remainingAfter = source.remainingAfter
  }

  get overageCharges(): Check['overageCharges'] {
    return this.source.charges.map(toOverageCharge)
  }
}
