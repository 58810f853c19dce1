import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { days } from '#time/periods.js'
import { changeObject } from '../api/change-object.js'
import { idOf } from '../api/id-of.js'
import { bookAmount } from '../balance-transactions/balance-transaction.object.js'
import { bookLate } from '../charges/late-bookings.js'
import { buildCharge, type ChargeOutcome } from '../charges/charge.object.js'
import { openDispute } from '../disputes/transition-dispute.js'
import { emitEvent } from '../events/emit-event.js'
import { declineOf } from '../payment-methods/decline.js'
import { attachPaymentMethod } from '../payment-methods/attach.js'
import { challengeOf } from './challenge.js'
import { cardOf, decideAttempt, type Presence } from './decide-attempt.js'

/** Days until a bank says what became of a debit. */
const BANK_DAYS = 3

/**
 * Charges a payment method for an intent and sets the resulting status. Publishes each step. A card that requires
 * authentication waits for it, or is declined if the payer is not present.
 */
export function attemptPaymentIntent(
  world: SandboxState,
  id: string,
  method: Stripe.PaymentMethod,
  presence: Presence,
  onRequest: 'waits' | 'declines' = 'waits',
  returnUrl: string | null = null,
): Stripe.PaymentIntent {
  const intent = world.store.need('payment_intent', id)
  const outcome = decideAttempt(world, idOf(intent.customer), method, presence)
  switch (outcome.kind) {
    case 'succeeds':
      return succeedPaymentIntent(world, id, method)
    case 'declines':
      return failPaymentIntent(world, id, method, outcome.declineCode)
    case 'takes_days':
      return processPaymentIntent(world, id, method)
    default:
      if (onRequest === 'declines') return failPaymentIntent(world, id, method, 'authentication_required')
      return askForAuthentication(world, id, method, returnUrl)
  }
}

/** Moves the money of a payment intent: it succeeds, with a charge. */
export function succeedPaymentIntent(
  world: SandboxState,
  id: string,
  method: Stripe.PaymentMethod,
): Stripe.PaymentIntent {
  const { capture_method } = world.store.need('payment_intent', id)
  // The fee of a card payment that is captured asynchronously is known after its events.
  const isBookedLater = capture_method === 'automatic_async' && method.type === 'card'
  const made = completedCharge(world, id, method, { status: 'succeeded' })
  const charge = isBookedLater ? made : bookCharge(world, made).object
  const { object } = changeObject(world, 'payment_intent', id, {
    amount_received: charge.amount,
    last_payment_error: null,
    latest_charge: charge.id,
    next_action: null,
    payment_method: method.id,
    status: 'succeeded',
  })
  emitEvent(world, 'charge.succeeded', charge)
  emitEvent(world, 'payment_intent.succeeded', object)
  keepForLater(world, object, method)
  if (isBookedLater) {
    const booked = bookCharge(world, charge)
    emitEvent(world, 'charge.updated', booked.object, booked.previous)
    bookLate(world, charge.id)
  }
  if (world.store.need('payment_method', method.id).customer === null)
    world.store.put('spent_method', { id: method.id })
  if (cardOf(world, method.id)?.disputed === true) openDispute(world, charge, 'needs_response')
  return object
}

/** Lets a payment intent fail with a decline code: it waits for another payment method. */
export function failPaymentIntent(
  world: SandboxState,
  id: string,
  method: Stripe.PaymentMethod,
  declineCode: string,
  message?: string,
): Stripe.PaymentIntent {
  const charge = completedCharge(world, id, method, { status: 'failed', declineCode })
  const { object } = changeObject(world, 'payment_intent', id, {
    last_payment_error: {
      ...declineOf(world, declineCode, message),
      charge: charge.id,
      doc_url: 'https://stripe.com/docs/error-codes/card-declined',
      payment_method: method,
      type: 'card_error',
    },
    latest_charge: charge.id,
    next_action: null,
    payment_method: null,
    status: 'requires_payment_method',
  })
  emitEvent(world, 'charge.failed', charge)
  emitEvent(world, 'payment_intent.payment_failed', object)
  return object
}

/** Records a requested bank debit, whose result follows days later. */
export function processPaymentIntent(
  world: SandboxState,
  id: string,
  method: Stripe.PaymentMethod,
): Stripe.PaymentIntent {
  const charge = completedCharge(world, id, method, { status: 'pending' })
  const { object } = changeObject(world, 'payment_intent', id, {
    last_payment_error: null,
    latest_charge: charge.id,
    next_action: null,
    payment_method: method.id,
    status: 'processing',
  })
  emitEvent(world, 'charge.pending', charge)
  emitEvent(world, 'payment_intent.processing', object)
  keepForLater(world, object, method)
  world.due.schedule('payment.settle', id, world.clock.now + days(BANK_DAYS) * 1000)
  return object
}

/** Requires a 3D Secure challenge on a page of the sandbox first. */
export function askForAuthentication(
  world: SandboxState,
  id: string,
  method: Stripe.PaymentMethod,
  returnUrl: string | null = null,
): Stripe.PaymentIntent {
  const { object } = changeObject(world, 'payment_intent', id, {
    next_action: challengeOf(world, id, returnUrl),
    payment_method: method.id,
    status: 'requires_action',
  })
  emitEvent(world, 'payment_intent.requires_action', object)
  return object
}

function bookCharge(world: SandboxState, charge: Stripe.Charge) {
  return changeObject(world, 'charge', charge.id, {
    balance_transaction: bookAmount(world, charge, charge.amount, 'charge').id,
  })
}

/** Charge of this attempt: a new one, or the pending one with its bank result. */
function completedCharge(
  world: SandboxState,
  id: string,
  method: Stripe.PaymentMethod,
  outcome: ChargeOutcome,
): Stripe.Charge {
  const intent = world.store.need('payment_intent', id)
  const built = buildCharge(world, intent, method, outcome)
  if (intent.status !== 'processing') return world.store.put('charge', built)
  const pending = world.store.need('charge', idOf(intent.latest_charge) ?? '')
  return world.store.put('charge', { ...built, id: pending.id, created: pending.created })
}

/** `setup_future_usage`: the payment method of a payment that went well belongs to the customer. */
function keepForLater(world: SandboxState, intent: Stripe.PaymentIntent, method: Stripe.PaymentMethod): void {
  const customer = idOf(intent.customer)
  const current = world.store.need('payment_method', method.id)
  if (intent.setup_future_usage !== null && customer !== null && current.customer === null)
    attachPaymentMethod(world, method.id, customer)
}
