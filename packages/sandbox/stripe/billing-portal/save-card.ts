import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { emitEvent } from '../events/emit-event.js'
import { keepCard } from '../payment-methods/payment-method.object.js'
import type { TestCard } from '../payment-methods/test-cards.js'
import { attemptSetupIntent } from '../setup-intents/transition-setup-intent.js'
import { createSetupIntent } from '../setup-intents/setup-intent.object.js'
import { isOver } from '../subscriptions/set-status.js'

/** Stores an entered card. If that succeeds, it becomes the default payment method. */
export function saveCard(
  world: SandboxState,
  customer: string,
  card: TestCard,
  name: string,
  returnUrl: string,
): Stripe.SetupIntent {
  const { email } = world.store.need('customer', customer)
  const method = keepCard(world, card, { customer, email, name })
  const { id } = createSetupIntent(world, { customer, usage: 'off_session', description: null, metadata: {} })
  const intent = attemptSetupIntent(world, id, method, returnUrl)
  if (intent.status === 'succeeded') useCard(world, customer, method.id)
  return intent
}

/** Makes a payment method the default of a customer and of all their living subscriptions. */
export function useCard(world: SandboxState, customer: string, method: string): void {
  const before = world.store.need('customer', customer)
  const { object, previous } = changeObject(world, 'customer', customer, {
    invoice_settings: { ...before.invoice_settings, default_payment_method: method },
  })
  emitEvent(world, 'customer.updated', object, previous)
  for (const subscription of world.store.by('subscription', 'customer', customer)) {
    if (isOver(subscription) || subscription.default_payment_method === null) continue
    const changed = changeObject(world, 'subscription', subscription.id, { default_payment_method: method })
    emitEvent(world, 'customer.subscription.updated', changed.object, changed.previous)
  }
}
