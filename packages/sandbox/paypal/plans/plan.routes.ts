import type { SandboxState } from '#sandbox-state.js'
import { pageOf } from '../api/paging.js'
import { notFound } from '../api/paypal-error.js'
import { REMEMBERED, route, type PayPalAnswer } from '../api/route.js'
import type { Plan } from '../objects.js'
import { patchPlan, setPlanStatus, updatePrices } from './change-plan.js'
import { createPlan } from './create-plan.js'
import { PLAN_PATH, showPlan } from './plan.object.js'

/** Billing plans: create, list, retrieve, change, open and close, change prices. */
export const planRoutes = [
  route('POST', PLAN_PATH, (world, { body }) => shown(world, createPlan(world, body), 201), {
    remembers: REMEMBERED.subscriptions,
    again: (world, id) => shown(world, requirePlan(world, id), 200),
  }),
  route('GET', PLAN_PATH, (world, { query, isFullRequested }) => {
    const wanted = query['plan_ids']?.split(',')
    const plans = world.store
      .newest('paypal.plan')
      .filter(
        (plan) =>
          (query['product_id'] ?? plan.product_id) === plan.product_id &&
          (wanted === undefined || wanted.includes(plan.id)),
      )
    const { items, ...page } = pageOf(world, plans, PLAN_PATH, query)
    return {
      status: 200,
      body: { plans: items.map((plan) => (isFullRequested ? showPlan(world, plan) : brief(world, plan))), ...page },
    }
  }),
  route('GET', `${PLAN_PATH}/:id`, (world, { ids }) => ({
    status: 200,
    body: showPlan(world, requirePlan(world, ids['id'] ?? '')),
  })),
  route('PATCH', `${PLAN_PATH}/:id`, (world, { ids, body }) => {
    patchPlan(world, requirePlan(world, ids['id'] ?? ''), body)
    return { status: 204 }
  }),
  route('POST', `${PLAN_PATH}/:id/activate`, (world, { ids }) => {
    setPlanStatus(world, requirePlan(world, ids['id'] ?? ''), 'ACTIVE')
    return { status: 204 }
  }),
  route('POST', `${PLAN_PATH}/:id/deactivate`, (world, { ids }) => {
    setPlanStatus(world, requirePlan(world, ids['id'] ?? ''), 'INACTIVE')
    return { status: 204 }
  }),
  route('POST', `${PLAN_PATH}/:id/update-pricing-schemes`, (world, { ids, body }) => {
    updatePrices(world, requirePlan(world, ids['id'] ?? ''), body['pricing_schemes'] as never)
    return { status: 204 }
  }),
]

/** The plan, or PayPal's 404. */
export function requirePlan(world: SandboxState, id: string): Plan {
  const plan = world.store.get('paypal.plan', id)
  if (plan === undefined) throw notFound()
  return plan
}

function brief(world: SandboxState, plan: Plan) {
  const { id, product_id, name, status, description, create_time, links } = showPlan(world, plan)
  return { id, product_id, name, status, ...(description === undefined ? {} : { description }), create_time, links }
}

function shown(world: SandboxState, plan: Plan, status: number): PayPalAnswer {
  return { status, body: showPlan(world, plan), minimal: brief(world, plan) }
}
