import type { SandboxState } from '#sandbox-state.js'

/** Registers a webhook for PayPal's events at the start of the sandbox. */
export interface ManagedPayPalWebhook {
  url: string
  /** The id that PayPal would have given it: capitals and digits. */
  id: string
}

/** Makes sure that the webhook we manage has this address. */
export function keepManagedWebhook(world: SandboxState, { url, id }: ManagedPayPalWebhook): void {
  world.store.put('paypal.webhook', { id, url, event_types: [{ name: '*', description: 'ALL' }] })
}
