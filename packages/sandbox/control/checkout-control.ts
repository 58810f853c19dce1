import { z } from 'zod'
import type Stripe from 'stripe'
import { answerUrl, successUrl } from '../pages/checkout-urls.js'
import type { PaymentChoice } from '../stripe/checkout-sessions/payment-choice.js'
import { payCheckoutSession } from '../stripe/checkout-sessions/pay-checkout-session.js'
import { intentOfSession } from '../stripe/checkout-sessions/settle-async-checkout.js'
import { resolveDebit } from '../stripe/collection/resolve-debit.js'
import {
  CHALLENGED_CARD,
  DECLINED_CARD,
  findTestCard,
  PAYING_CARD,
  type TestCard,
} from '../stripe/payment-methods/test-cards.js'
import { BY_ITSELF, causedBy, type SandboxState } from '../sandbox-state.js'
import { ControlError } from './control-error.js'
import { cancelOrderByControl, isPayPalOrder, payOrderByControl } from './paypal-checkout-control.js'
import { approveByControl, isPayPalSubscription, leaveByControl } from './paypal-subscription-control.js'

/**
 * Input of a payment by control. `outcome` takes precedence over `card`. The async outcomes pay by bank debit: the
 * session is complete and unpaid, and settles after three days of business time, or immediately with `settle: now`.
 */
export const payInput = z.strictObject({
  card: z.string().max(40).optional(),
  outcome: z.enum(['paid', 'declined', 'challenge', 'async_paid', 'async_failed']).optional(),
  settle: z.enum(['now', 'later']).default('later'),
})

/** A payment by control, checked. */
export type PayInput = z.output<typeof payInput>

/** Acts as a payer on the hosted page. */
export function payByControl(world: SandboxState, sessionId: string, input: PayInput) {
  if (isPayPalOrder(world, sessionId)) return payOrderByControl(world, sessionId, input)
  if (isPayPalSubscription(world, sessionId)) return approveByControl(world, sessionId, input)
  const session = openSession(world, sessionId)
  const means = chooseMeans(input)
  const payer = { name: 'Sandbox Customer', email: session.customer_details?.email ?? 'customer@example.com' }
  const attempt = causedBy(world, BY_ITSELF, () => {
    const made = payCheckoutSession(world, sessionId, means, payer)
    if (made.kind === 'paid' && means.kind === 'bank' && input.settle === 'now') settle(world, sessionId)
    return made
  })
  switch (attempt.kind) {
    case 'paid':
      return state(world.store.need('checkout.session', sessionId), successUrl(attempt.session))
    case 'challenge':
      return state(attempt.session, answerUrl(world, sessionId))
    case 'declined':
      return { ...state(attempt.session, null), declineCode: attempt.declineCode }
    default:
      throw notOpen(attempt.session)
  }
}

/** Leaves the hosted page without paying: nothing changes, the session stays open. */
export function cancelByControl(world: SandboxState, sessionId: string) {
  if (isPayPalOrder(world, sessionId)) return cancelOrderByControl(world, sessionId)
  if (isPayPalSubscription(world, sessionId)) return leaveByControl(world, sessionId)
  const session = openSession(world, sessionId)
  return state(session, session.cancel_url)
}

function settle(world: SandboxState, sessionId: string): void {
  const intent = intentOfSession(world, sessionId)
  if (intent !== null) resolveDebit(world, intent)
}

function chooseMeans(input: PayInput): PaymentChoice {
  if (input.outcome === 'async_paid' || input.outcome === 'async_failed')
    return { kind: 'bank', succeeds: input.outcome === 'async_paid' }
  return { kind: 'card', card: chooseCard(input, input.outcome) }
}

function chooseCard({ card: digits }: PayInput, outcome: 'paid' | 'declined' | 'challenge' | undefined): TestCard {
  const numbers = { paid: PAYING_CARD, declined: DECLINED_CARD, challenge: CHALLENGED_CARD }
  const card = findTestCard(digits ?? numbers[outcome ?? 'paid'])
  if (card === undefined) throw new ControlError(400, 'BAD_INPUT', 'card is not the number of a test card', 'card')
  return outcome === undefined ? card : { ...card, atCheckout: outcome }
}

function openSession(world: SandboxState, id: string): Stripe.Checkout.Session {
  const session = world.store.get('checkout.session', id)
  if (session === undefined) throw new ControlError(404, 'NOT_FOUND', `Checkout session ${id} not found.`)
  if (session.status !== 'open') throw notOpen(session)
  return session
}

function notOpen(session: Stripe.Checkout.Session): ControlError {
  return new ControlError(409, 'NOT_OPEN', `The checkout session is ${session.status}, not open.`)
}

function state(session: Stripe.Checkout.Session, url: string | null) {
  return { status: session.status, paymentStatus: session.payment_status, subscription: session.subscription, url }
}
