import type { SandboxState } from '#sandbox-state.js'

/**
 * Takes one of the failures that were planned for a customer's next payments: its decline code, or null. It is used up
 * also when the change that it spoiled is taken back.
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
