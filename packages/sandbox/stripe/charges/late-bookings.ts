import type { SandboxState } from '#sandbox-state.js'

/** Charges that the running call has made. */
const made = new WeakMap<SandboxState, Set<string>>()
/** Charges whose booking the response does not show. */
const hidden = new WeakMap<SandboxState, Set<string>>()

/** Notes a charge that Stripe books a moment after the response of the call that makes it. */
export const bookLate = (world: SandboxState, charge: string): void => void made.get(world)?.add(charge)

/** Returns true while the response of the call that made the charge is written. */
export const isBookedLate = (world: SandboxState, charge: string): boolean => hidden.get(world)?.has(charge) ?? false

/** Runs a call, and writes its response without the bookings of the charges that it made. Its events have them. */
export function respondBeforeBookings<Made, Response>(
  world: SandboxState,
  call: () => Made,
  respond: (made: Made) => Response,
): Response {
  const charges = new Set<string>()
  made.set(world, charges)
  try {
    const object = call()
    hidden.set(world, charges)
    return respond(object)
  } finally {
    made.delete(world)
    hidden.delete(world)
  }
}
