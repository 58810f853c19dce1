import type Stripe from 'stripe'
import { invalid } from '../api/stripe-error.js'

/**
 * Since API version 2023-08-16 an intent that takes the payment methods of the settings is not confirmed without a page to
 * return to, whatever its payment method is, unless it excludes methods with a redirect.
 */
export function requireReturnUrl(
  { object, automatic_payment_methods: methods }: Stripe.PaymentIntent | Stripe.SetupIntent,
  input: { readonly return_url?: string | undefined },
): void {
  if (input.return_url !== undefined || methods?.allow_redirects !== 'always') return
  const name = object === 'payment_intent' ? 'PaymentIntent' : 'SetupIntent'
  throw invalid(
    `This ${name} accepts payment methods that may redirect your customer, so you must provide a \`return_url\`, or create it ` +
      'with `automatic_payment_methods[enabled]=true` and `automatic_payment_methods[allow_redirects]=never`.',
  )
}
