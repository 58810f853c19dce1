import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { HARD_DECLINES } from '../collection/hard-declines.js'
import type { StripeErrorFields } from '../api/stripe-error.js'
import { declineMessage } from './test-cards.js'

/** Decline codes that are error codes by themselves. The error code of all others is `card_declined`. */
const OWN_CODES = new Set(['authentication_required', 'expired_card', 'incorrect_cvc', 'processing_error'])

/** Codes of the networks by decline code; 01 for all others, as recordings show. */
const NETWORK_CODES: Record<string, string> = {
  expired_card: '54',
  insufficient_funds: '51',
  lost_card: '41',
  stolen_card: '43',
}

/** Advice of a decline: what its merchant can do, and the code of the network. */
export function adviceOf(declineCode: string) {
  const advice_code = HARD_DECLINES.has(declineCode)
    ? 'do_not_try_again'
    : declineCode === 'expired_card' || declineCode === 'incorrect_cvc'
      ? 'confirm_card_data'
      : 'try_again_later'
  return {
    advice_code: advice_code satisfies Stripe.Charge.Outcome.AdviceCode,
    network_decline_code: NETWORK_CODES[declineCode] ?? '01',
  } as const
}

/** The error of a declined card, as responses and intents show it. */
export function declineOf(world: SandboxState, declineCode: string, message = declineMessage(declineCode)) {
  const code = OWN_CODES.has(declineCode) ? declineCode : 'card_declined'
  return {
    ...adviceOf(declineCode),
    code: code as 'card_declined',
    decline_code: declineCode,
    message,
    param: '',
    ...(world.cause.id === null ? {} : { request_log_url: requestLog(world, world.cause.id) }),
  }
}

/** The page on which a request is found again. */
export function requestLog(world: SandboxState, request: string): string {
  return `${world.baseUrl}/_sandbox?request=${request}`
}

/** The same of an error that an intent stores, for a response. */
export function declinedFields(error: Stripe.PaymentIntent.LastPaymentError | null): StripeErrorFields {
  const {
    type: _type,
    doc_url: _url,
    payment_intent: _intent,
    source: _source,
    ...fields
  } = error ?? { type: 'card_error' }
  return { code: 'card_declined', message: declineMessage('generic_decline'), ...fields }
}
