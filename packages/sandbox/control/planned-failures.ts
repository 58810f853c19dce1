import { z } from 'zod'
import type { SandboxState } from '../sandbox-state.js'
import { ControlError } from './control-error.js'
import { isPayPalPayer } from './paypal-control.js'

/** Planned failures of a customer's next payments: their number and decline code. */
export const failNextInput = z.strictObject({
  customer: z.string().max(100),
  times: z.int().min(1).max(1000).default(1),
  code: z
    .string()
    .regex(/^[a-z_]{1,60}$/, 'is not a decline code')
    .default('generic_decline'),
})

/** Plans failures of a customer's next payments; they replace those that were planned before. */
export function planFailures(world: SandboxState, { customer, times, code }: z.output<typeof failNextInput>) {
  if (world.store.get('customer', customer) === undefined && !isPayPalPayer(world, customer)) {
    throw new ControlError(404, 'NOT_FOUND', `Customer ${customer} not found.`, 'customer')
  }
  world.store.put('planned_failure', { id: customer, times, code })
  return { customer, times, code }
}

/** The failures that are still planned. */
export function plannedFailures(world: SandboxState) {
  return world.store.all('planned_failure').map(({ id, times, code }) => ({ customer: id, times, code }))
}

/** Removes planned failures, of one customer or of all. */
export function takeFailuresBack(world: SandboxState, customer: string | null): void {
  for (const { id } of world.store.all('planned_failure'))
    if (customer === null || id === customer) world.store.remove('planned_failure', id)
}
