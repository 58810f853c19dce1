import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { idOf } from '../api/id-of.js'
import { invalid, missing, notImplemented } from '../api/stripe-error.js'
import { emitEvent } from '../events/emit-event.js'
import { keepCard } from './payment-method.object.js'
import { findCardByToken } from './test-cards.js'

/** Names of Stripe's test payment methods. */
const TEST_NAME = /^pm_(?:card_\w+|usBankAccount\w*)$/

/** The payment method that a parameter names: an own one, or a new one for one of Stripe's test names. */
export function resolvePaymentMethod(
  world: SandboxState,
  id: string,
  param = 'payment_method',
  status = 400,
): Stripe.PaymentMethod {
  const known = world.store.get('payment_method', id)
  if (known !== undefined) return unspent(world, known, param)
  const card = findCardByToken(id)
  if (card === undefined && TEST_NAME.test(id)) throw notImplemented(`The test payment method ${id}`, param)
  if (card === undefined) throw missing('PaymentMethod', id, param, status)
  return keepCard(world, card, { customer: null, email: null, name: null })
}

function unspent(world: SandboxState, method: Stripe.PaymentMethod, param: string): Stripe.PaymentMethod {
  if (method.customer !== null || world.store.get('spent_method', method.id) === undefined) return method
  throw invalid(
    'The payment method you provided was used for a payment without a customer, or was detached from one. It may not be ' +
      'used again: what is to be used many times must be attached to a customer first.',
    param,
  )
}

/** Attaches a payment method to a customer. One with an owner stays with it. */
export function attachPaymentMethod(world: SandboxState, id: string, customer: string): Stripe.PaymentMethod {
  const method = world.store.need('payment_method', id)
  const owner = idOf(method.customer)
  if (owner === customer) return method
  if (owner !== null)
    throw invalid('The payment method you provided has already been attached to a customer.', 'payment_method')
  const { object } = changeObject(world, 'payment_method', id, { customer })
  emitEvent(world, 'payment_method.attached', object)
  return object
}

/** Takes a payment method from its customer, and from everything that would have been paid with it. */
export function detachPaymentMethod(world: SandboxState, method: Stripe.PaymentMethod): Stripe.PaymentMethod {
  const customer = world.store.get('customer', idOf(method.customer) ?? '')
  if (customer !== undefined) detach(world, customer, method.id)
  const { object, previous } = changeObject(world, 'payment_method', method.id, { customer: null })
  emitEvent(world, 'payment_method.detached', object, previous)
  world.store.put('spent_method', { id: method.id })
  return object
}

function detach(world: SandboxState, customer: Stripe.Customer, method: string): void {
  if (idOf(customer.invoice_settings.default_payment_method) === method) {
    const { object, previous } = changeObject(world, 'customer', customer.id, {
      invoice_settings: { ...customer.invoice_settings, default_payment_method: null },
    })
    emitEvent(world, 'customer.updated', object, previous)
  }
  for (const subscription of world.store.by('subscription', 'customer', customer.id)) {
    if (idOf(subscription.default_payment_method) !== method || subscription.status === 'canceled') continue
    const { object, previous } = changeObject(world, 'subscription', subscription.id, { default_payment_method: null })
    emitEvent(world, 'customer.subscription.updated', object, previous)
  }
}
