import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { priceAmount, productName } from '../prices/price-amount.js'

/** Input of a line of a checkout. */
export interface LineItemInput {
  price: Stripe.Price
  quantity: number
  currency: string
  adjustable: Stripe.LineItem.AdjustableQuantity | null
  metadata: Record<string, string>
}

/** A line of a checkout, complete; discounts are taken off when the session is added up. */
export function buildLineItem(world: SandboxState, input: LineItemInput): Stripe.LineItem {
  const total = priceAmount(world, input.price, input.currency, input.quantity)
  return {
    id: world.ids.next('li'),
    object: 'item',
    adjustable_quantity: input.adjustable,
    amount_discount: 0,
    amount_subtotal: total,
    amount_tax: 0,
    amount_total: total,
    currency: input.currency,
    description: productName(world, input.price),
    metadata: input.metadata,
    price: input.price,
    quantity: input.quantity,
  }
}
