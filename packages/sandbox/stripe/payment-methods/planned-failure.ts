import type { SandboxState } from '#sandbox-state.js'

/**
 * Consumes one of the planned failures of a customer's next payments. Returns its decline code, or null. It stays
 * consumed even if the change that it caused to fail is rolled back.
 */
export function takePlannedFailure(world: SandboxState, customer: string | null): string | null {
  if (customer === null) return null
  const planned = world.store.get('planned_failure', customer)
  if (planned === undefined) return null
  world.store.forGood(() => {
    if (planned.times <= 1) world.store.remove('planned_failure', customer)
    else world.store.put('planned_failure', { ...planned, times: planned.times - 1 })
  })
  return planned.code
}
