import type { PolicedCheck as CheckValue } from '../../services/entitlements/check/check.js'
import type { AccountPlan as AccountPlanValue } from '../../services/entitlements/plans/account-plan.js'
import type {
  Entitlement as EntitlementValue,
  EntitlementSource as EntitlementSourceValue,
} from '../../services/entitlements/rights/entitlement.js'
import type { AnyDenial } from '../../schema/any-denial.js'
import type { AccountPlan } from '../../schema/entitlements/account-plan.type.js'
import type { Check } from '../../schema/entitlements/check.type.js'
import type { EntitlementSource } from '../../schema/entitlements/entitlement-source.type.js'
import type { Entitlement } from '../../schema/entitlements/entitlement.type.js'
import { toFeature, toPlan } from '../catalog/plan.mapper.js'
import { toDenial } from '../kernel/denial.mapper.js'
import type { RequestContext } from '../../context/request-context.js'

export const toEntitlement = ({ sources, feature, ...rest }: EntitlementValue): Entitlement => ({
  __typename: 'Entitlement',
  ...rest,
  get feature() {
    return toFeature(feature)
  },
  get sources() {
    return sources.map(toSource)
  },
})

export const toSource = ({ object, ...source }: EntitlementSourceValue): EntitlementSource => ({
  __typename: 'EntitlementSource',
  ...source,
  objectId: object?.id ?? null,
})

export const toAccountPlan = ({ plan, ...rest }: AccountPlanValue): AccountPlan => ({
  __typename: 'AccountPlan',
  ...rest,
  plan: toPlan(plan),
})

export async function toCheck(context: RequestContext, check: CheckValue): Promise<Check> {
  return {
    __typename: 'Check',
    allowed: check.allowed,
    entitlement: check.entitlement && toEntitlement(check.entitlement),
    denial: check.denial === null ? null : await toDenial<AnyDenial>(context, check.denial),
    decidedBy: check.decidedBy,
    get explain() {
      return check.explain
    },
  }
}
