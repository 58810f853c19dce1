import type { ControlParts } from './control-api.js'

/** Forgets all objects, settings, faults and calls; webhook endpoints, the clock and the counts of ids stay. */
export function resetState({ world, dispatcher, faults, calls }: ControlParts): void {
  dispatcher.cancelRetries()
  world.store.keepOnly(['webhook_endpoint', 'webhook_secret', 'paypal.webhook', 'setting', 'counter'])
  world.store.remove('setting', 'dunning')
  world.due.reload()
  faults.clear()
  calls.clear()
}
