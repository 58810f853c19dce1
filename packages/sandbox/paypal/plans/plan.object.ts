import type { SandboxState } from '#sandbox-state.js'
import { apiLink } from '../api/links.js'
import type { Plan } from '../objects.js'

/** Path of the plans. */
export const PLAN_PATH = '/v1/billing/plans'

/** A plan as PayPal shows it. */
export function showPlan(world: SandboxState, plan: Plan) {
  const path = `${PLAN_PATH}/${plan.id}`
  const turn = plan.status === 'ACTIVE' ? 'deactivate' : 'activate'
  return {
    ...plan,
    links: [
      apiLink(world, 'self', path),
      apiLink(world, 'edit', path, 'PATCH'),
      apiLink(world, turn, `${path}/${turn}`, 'POST'),
      apiLink(world, 'edit', `${path}/update-pricing-schemes`, 'POST'),
    ],
  }
}
