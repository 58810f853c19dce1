import type { PendingPlan } from '#schema/billing/pending-plan.type.js'
import {
  MISSING_STEPS,
  pendingPlanOf,
  sourceOfPendingPlan,
  type PendingPlan as PendingPlanValue,
} from '#services/billing/checkout/pending-plans.js'
import { visibleBillingObject } from '#services/billing/queries/visible-billing.js'
import type { RequestContext } from '#context/request-context.js'
import { toCurrentPlan } from '../catalog/plan.mapper.js'
import { toPrice } from '../kernel/price.mapper.js'
import { toCheckout } from './checkout.mapper.js'

/** Null if the catalog does not have the plan yet. */
export function toPendingPlan(
  context: RequestContext,
  { planVersionId, priceId, checkout, state, requestedAt, ...rest }: PendingPlanValue,
): PendingPlan | null {
  const catalog = context.catalog.current()
  const plan = catalog.planByVersionId.get(planVersionId)
  const price = catalog.priceById.get(priceId)
  if (!plan || !price) return null
  return {
    __typename: 'PendingPlan',
    ...rest,
    status: state,
    createdAt: requestedAt,
    missing: MISSING_STEPS[state],
    plan: toCurrentPlan(catalog, plan),
    price: toPrice(price),
    checkout: checkout && toCheckout(context, checkout),
  }
}

/** By its ID. Null if the caller cannot see it, and once it is in effect. */
export async function loadPendingPlan(context: RequestContext, id: string): Promise<PendingPlan | null> {
  const source = sourceOfPendingPlan(id)
  const { checkout, subscriptionChange } = context.loaders
  const row = await (source.startsWith('chk_') ? checkout.load(source) : subscriptionChange.load(source))
  const visible = await visibleBillingObject(context, row)
  const pending = visible && pendingPlanOf(visible, context.clock.now())
  return pending ? toPendingPlan(context, pending) : null
}
