import type { SandboxState } from '#sandbox-state.js'

/** Business time as PayPal writes it: whole seconds, UTC. */
export function payPalNow(world: SandboxState): string {
  return payPalTime(world.clock.now)
}

/** A moment (milliseconds) as PayPal writes it. */
export function payPalTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d{3}Z$/, 'Z')
}
