import type { SandboxState } from '#sandbox-state.js'

const late = new WeakMap<SandboxState, Set<string>>()

/** Hides the balance transaction of a charge from the response of the call that made it: Stripe books it a moment later. */
export function bookLate(world: SandboxState, charge: string): void {
  const charges = late.get(world) ?? new Set()
  late.set(world, charges.add(charge))
}

/** Returns true until the next call. */
export const isBookedLate = (world: SandboxState, charge: string): boolean => late.get(world)?.has(charge) ?? false

export const showBookings = (world: SandboxState): void => void late.delete(world)
