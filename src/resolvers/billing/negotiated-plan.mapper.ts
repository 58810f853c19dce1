import type { NegotiatedPlanRow } from '#entities/billing/negotiated-plan.entity.js'
import type { NegotiatedPlan } from '#schema/billing/negotiated-plan.type.js'
import { ordinaryPrice, statusOf, termsOf } from '#services/billing/model/negotiated-plans.js'
import type { RequestContext } from '#context/request-context.js'
import { toCurrentPlan, toPlanVersion } from '../catalog/plan.mapper.js'
import { toPrice } from '../kernel/price.mapper.js'

/** Null if the catalog does not have the plan yet. */
export function toNegotiatedPlan({ catalog, clock }: RequestContext, row: NegotiatedPlanRow): NegotiatedPlan | null {
  const current = catalog.current()
  const terms = termsOf(current, row)
  if (!terms) return null
  const { plan, price, quantity } = terms
  const ordinary = ordinaryPrice(current, terms)
  const { id, periods, until, endsAt, acceptUntil, reason, offeredAt, startedAt, endedAt } = row
  return {
    __typename: 'NegotiatedPlan',
    id,
    status: statusOf(row, clock.now()),
    plan: toCurrentPlan(current, plan),
    planVersion: toPlanVersion(plan),
    price: toPrice(price),
    quantity,
    ordinaryPrice: ordinary && toPrice(ordinary),
    periods,
    endsAt: endsAt ?? until,
    expiresAt: acceptUntil,
    reason,
    createdAt: offeredAt,
    startedAt,
    endedAt,
  }
}
