import { invalid } from '../api/stripe-error.js'
import type { CheckoutSessionParameters } from './checkout-session.input.js'

type Mode = CheckoutSessionParameters['mode']

/** Modes in which each parameter is allowed. */
const MODES: [keyof CheckoutSessionParameters, Mode[]][] = [
  ['subscription_data', ['subscription']],
  ['payment_method_collection', ['subscription']],
  ['payment_intent_data', ['payment']],
  ['setup_intent_data', ['setup']],
  ['line_items', ['payment', 'subscription']],
  ['discounts', ['payment', 'subscription']],
  ['allow_promotion_codes', ['payment', 'subscription']],
  ['customer_creation', ['payment', 'setup']],
]

/** Rejects parameters that conflict with the mode or each other, as Stripe does. */
export function validateModeParameters(mode: Mode, input: CheckoutSessionParameters): void {
  for (const [name, modes] of MODES) {
    if (input[name] === undefined || modes.includes(mode)) continue
    throw invalid(
      modes.length === 1
        ? `You can not pass \`${name}\` in \`${mode}\` mode.`
        : `\`${name}\` can only be used in ${modes.map((one) => `\`${one}\``).join(' and ')} mode.`,
      name,
    )
  }
  if (input.discounts !== undefined && input.allow_promotion_codes !== undefined) {
    throw invalid('You may only specify one of these parameters: allow_promotion_codes, discounts.', 'discounts')
  }
  if (input.customer_update !== undefined && input.customer === undefined)
    throw invalid('`customer_update` can only be used with `customer`.', 'customer_update')
}
