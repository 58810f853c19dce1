import { z } from 'zod'
import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { integer, mergeMetadata, metadata, text, unsupported } from '../api/fields.js'
import { invalid, StripeError } from '../api/stripe-error.js'
import { keepBankAccount, keepCard } from './payment-method.object.js'
import { findCardByToken, findTestCard } from './test-cards.js'

/** Billing details that the payer entered. */
export const billingDetails = z.strictObject({
  email: text.optional(),
  name: text.optional(),
  address: unsupported,
  phone: unsupported,
  tax_id: unsupported,
})

/** Card by its number or token, or a bank account, as in the API. */
export const paymentMethodData = z.strictObject({
  type: z.enum(['card', 'us_bank_account']),
  billing_details: billingDetails.optional(),
  metadata: metadata.optional(),
  allow_redisplay: unsupported,
  card: z
    .strictObject({
      number: text.optional(),
      exp_month: integer.optional(),
      exp_year: integer.optional(),
      cvc: text.optional(),
      token: text.optional(),
    })
    .optional(),
  us_bank_account: z
    .strictObject({
      account_holder_type: z.enum(['company', 'individual']).optional(),
      account_number: text.optional(),
      account_type: z.enum(['checking', 'savings']).optional(),
      routing_number: text.optional(),
    })
    .optional(),
})

/** The bank account whose debits fail for lack of funds, as in Stripe's test mode. */
const FAILING_ACCOUNT = '000222222227'

/** Creates the described payment method. Accepts only test numbers, so that no real card is entered here. */
export function createPaymentMethod(
  world: SandboxState,
  input: z.output<typeof paymentMethodData>,
): Stripe.PaymentMethod {
  const payer = {
    customer: null,
    email: input.billing_details?.email ?? null,
    name: input.billing_details?.name ?? null,
  }
  const method = input.type === 'card' ? cardOf(world, input, payer) : bankOf(world, input, payer)
  return world.store.put('payment_method', { ...method, metadata: mergeMetadata({}, input.metadata) })
}

function bankOf(
  world: SandboxState,
  input: z.output<typeof paymentMethodData>,
  payer: Parameters<typeof keepBankAccount>[2],
) {
  return keepBankAccount(world, input.us_bank_account?.account_number !== FAILING_ACCOUNT, payer)
}

function cardOf(
  world: SandboxState,
  { card }: z.output<typeof paymentMethodData>,
  payer: Parameters<typeof keepCard>[2],
) {
  if (card === undefined) throw invalid('Missing required param: card.', 'card', 'parameter_missing')
  if (card.token !== undefined) {
    const found = findCardByToken(card.token)
    if (found === undefined) throw invalid(`No such token: '${card.token}'`, 'card[token]', 'resource_missing')
    return keepCard(world, found, payer)
  }
  const found = findTestCard(card.number ?? '')
  if (found === undefined) {
    throw new StripeError(402, 'card_error', {
      code: 'incorrect_number',
      message: 'Your card number is incorrect. This sandbox takes only test cards.',
      param: 'card[number]',
    })
  }
  const { exp_month: month, exp_year: year } = card
  return keepCard(world, found, payer, month === undefined || year === undefined ? undefined : { month, year })
}
