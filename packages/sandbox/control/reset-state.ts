import type { ControlParts } from './control-api.js'

/** Deletes all objects, settings, faults and calls. Webhook endpoints, the clock and the counters of IDs remain. */
export function resetState({ world, dispatcher, faults, calls }: ControlParts): void {
  dispatcher.cancelRetries()
  world.store.keepOnly(['webhook_endpoint', 'webhook_secret', 'paypal.webhook', 'setting', 'counter'])
  world.store.remove('setting', 'dunning')
  world.due.reload()
  faults.clear()
  calls.clear()
}
