import type { SandboxState } from '#sandbox-state.js'

/** True if the next payment of one of these was planned to fail; one of the planned failures is used up. */
export function takePlannedFailure(world: SandboxState, names: readonly (string | undefined)[]): boolean {
  for (const name of names) {
    const planned = name === undefined ? undefined : world.store.get('planned_failure', name)
    if (planned === undefined) continue
    if (planned.times > 1) world.store.put('planned_failure', { ...planned, times: planned.times - 1 })
    else world.store.remove('planned_failure', planned.id)
    return true
  }
  return false
}
