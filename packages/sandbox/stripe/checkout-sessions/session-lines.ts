import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { mergeMetadata } from '../api/fields.js'
import { invalid, notImplemented } from '../api/stripe-error.js'
import { hasCurrency } from '../prices/price-amount.js'
import { resolvePrice } from '../prices/resolve-price.js'
import type { CheckoutSessionParameters } from './checkout-session.input.js'
import type { LineItemInput } from './line-item.object.js'

/** Price of a new session with its quantity. */
export type Line = Omit<LineItemInput, 'currency'>

type Given = NonNullable<CheckoutSessionParameters['line_items']>[number]

/** The prices that are bought, as far as they fit the mode and each other. */
export function linesOf(
  world: SandboxState,
  mode: 'payment' | 'subscription',
  input: CheckoutSessionParameters,
): Line[] {
  if (input.line_items === undefined) {
    throw invalid('Missing required param: line_items.', 'line_items', 'parameter_missing')
  }
  const lines = input.line_items.map((item, index) => lineOf(world, item, `line_items[${index}]`))
  const recurring = lines.filter(({ price }) => price.recurring !== null)
  if (mode === 'payment' && recurring.length > 0) {
    throw invalid(
      'You specified `payment` mode but passed a recurring price. ' +
        'Either switch to `subscription` mode or use only one-time prices.',
      'mode',
    )
  }
  if (mode === 'subscription' && recurring.length === 0) {
    throw invalid(
      'You must provide at least one recurring price in `subscription` mode when using prices.',
      'line_items',
    )
  }
  const intervals = new Set(
    recurring.map(({ price }) => `${price.recurring?.interval_count} ${price.recurring?.interval}`),
  )
  if (intervals.size > 1) throw notImplemented('A subscription with prices of different intervals', 'line_items')
  return lines
}

/** All prices must have the session's currency, by themselves or by one of their options. */
export function currencyOf(world: SandboxState, input: CheckoutSessionParameters, lines: readonly Line[]): string {
  const currency = input.currency ?? lines[0]?.price.currency ?? 'usd'
  for (const [index, { price }] of lines.entries()) {
    if (hasCurrency(world, price, currency)) continue
    throw invalid(
      `The price \`${price.id}\` is not available in the currency \`${currency}\` of this Checkout Session.`,
      `line_items[${index}][price]`,
    )
  }
  return currency
}

function lineOf(world: SandboxState, item: Given, param: string): Line {
  const price = resolvePrice(world, item, param)
  const metered = price.recurring?.usage_type === 'metered'
  if (metered && item.quantity !== undefined)
    throw invalid('You cannot pass a quantity for a metered price.', `${param}[quantity]`)
  if (!metered && item.quantity === undefined)
    throw invalid(`Quantity is required. Add \`quantity\` to \`${param}\``, `${param}[quantity]`)
  return {
    price,
    quantity: item.quantity ?? 0,
    adjustable: adjustableOf(item),
    metadata: mergeMetadata({}, item.metadata),
  }
}

function adjustableOf({ adjustable_quantity: given }: Given): Stripe.LineItem.AdjustableQuantity | null {
  if (given === undefined) return null
  return { enabled: given.enabled, maximum: given.maximum ?? 99, minimum: given.minimum ?? 0 }
}
