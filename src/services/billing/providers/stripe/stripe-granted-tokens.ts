import type { Stripe } from 'stripe'
import { ProviderRejected } from '#services/billing/providers/provider-errors.js'
import type { FetchedCheckout, GrantedCharge, OpenedCheckout } from '../port.js'
import { idOf } from './read-objects.js'
import { fromStripe, toStripe } from './stripe-amounts.js'
import { orNull, type CallStripe } from './stripe-errors.js'
import { intentOfDecline } from './stripe-saved-payments.js'

/** Version of the API that has shared payment tokens. */
const PREVIEW_VERSION = '2026-07-29.preview'

/** True for the ID of a payment that a program made without a page. */
export const isGrantedPayment = (sessionId: string): boolean => sessionId.startsWith('pi_')

/** Charges a shared payment token. A payment that a person would have to confirm is canceled. */
export async function chargeGranted(client: Stripe, call: CallStripe, charge: GrantedCharge): Promise<OpenedCheckout> {
  const { checkoutId, accountId, challengeId, money, token } = charge
  // Nothing that can change until the request is repeated: Stripe refuses other parameters under the same key.
  const parameters = {
    amount: toStripe(money),
    currency: money.currency.toLowerCase(),
    confirm: true,
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    metadata: {
      checkout_id: checkoutId,
      account_id: accountId,
      machine_payment: 'true',
      mpp_challenge_id: challengeId,
    },
    // Types of the SDK do not have it yet.
    shared_payment_granted_token: token,
  } as Stripe.PaymentIntentCreateParams
  // Events of Stripe repeat the key, and its errors the token: both are stored and shown.
  const intent = await call('payment_intents.create', () =>
    client.paymentIntents
      .create(parameters, { apiVersion: PREVIEW_VERSION, idempotencyKey: `granted:${checkoutId}` })
      .catch(intentOfDecline),
  ).catch((error: unknown) => {
    if (!(error instanceof ProviderRejected)) throw error
    throw new ProviderRejected(error.message.replaceAll(token, 'of the program'), error.objectMissing, {
      declined: error.declined,
    })
  })
  if (intent.status === 'requires_action') await cancelGranted(client, call, intent.id)
  return { sessionId: intent.id, url: null, expiresAt: null }
}

/** A payment as a checkout without a page. */
export async function fetchGranted(
  client: Stripe,
  call: CallStripe,
  paymentId: string,
): Promise<FetchedCheckout | null> {
  const intent = await orNull(
    call('payment_intents.retrieve', () => client.paymentIntents.retrieve(paymentId, { expand: ['latest_charge'] })),
  )
  if (!intent) return null
  return {
    sessionId: intent.id,
    status: 'COMPLETE',
    approval: null,
    paid: intent.status === 'succeeded',
    failed: ['requires_payment_method', 'requires_action', 'canceled'].includes(intent.status),
    checkoutId: intent.metadata['checkout_id'] ?? null,
    clientReference: null,
    customerId: idOf(intent.customer),
    subscriptionId: null,
    invoiceId: null,
    paymentId: intent.id,
    subtotal: fromStripe(intent.amount, intent.currency),
    taxMinor: 0,
  }
}

/** Cancels a payment that was not made. */
export const cancelGranted = (client: Stripe, call: CallStripe, paymentId: string): Promise<unknown> =>
  call('payment_intents.cancel', () => client.paymentIntents.cancel(paymentId))
