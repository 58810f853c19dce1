import type { SandboxState } from '#sandbox-state.js'

/** Registers a webhook for PayPal's events at the start of the sandbox. */
export interface ManagedPayPalWebhook {
  url: string
  /** The id that PayPal would have given it: capitals and digits. */
  id: string
  /** Types of the events that the server reads. Default: all. */
  events?: readonly string[] | undefined
}

/** Makes sure that the webhook we manage has this address. */
export function keepManagedWebhook(world: SandboxState, { url, id, events = ['*'] }: ManagedPayPalWebhook): void {
  world.store.put('paypal.webhook', { id, url, event_types: events.map((name) => ({ name })) })
}
