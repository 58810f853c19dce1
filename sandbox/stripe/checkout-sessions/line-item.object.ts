import type Stripe from 'stripe'
import type { World } from '../../world.js'
import { amountIn, productName } from '../invoices/draft-invoice.js'

/** A line of a checkout, complete. */
export function buildLineItem(world: World, price: Stripe.Price, quantity: number, currency: string): Stripe.LineItem {
  const total = amountIn(world, price, currency) * quantity
  return {
    id: world.ids.next('li'),
    object: 'item',
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: total,
    amount_tax: 0,
    amount_total: total,
    currency,
    description: productName(world, price),
    metadata: {},
    price,
    quantity,
  }
}
