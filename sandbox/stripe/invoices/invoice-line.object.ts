import type Stripe from 'stripe'
import { formatAmount } from '../../money.js'
import type { World } from '../../world.js'
import { decimal } from '../api/decimal.js'

/** What one line of an invoice bills. */
export interface InvoiceLineInput {
  price: Stripe.Price
  productName: string
  quantity: number
  /** The unit price in minor units; 0 during a trial. */
  unitAmount: number
  currency: string
  period: { start: number; end: number }
  /** The subscription item it bills; null for a one-time price beside a subscription. */
  subscriptionItem: string | null
  subscription: string
  invoice: string
  metadata: Record<string, string>
}

/** A line of an invoice, complete. */
export function buildInvoiceLine(world: World, input: InvoiceLineInput): Stripe.InvoiceLineItem {
  const amount = input.unitAmount * input.quantity
  return {
    id: world.ids.next('il'),
    object: 'line_item',
    amount,
    currency: input.currency,
    description: describe(input),
    discount_amounts: [],
    discountable: true,
    discounts: [],
    invoice: input.invoice,
    livemode: false,
    metadata: input.metadata,
    parent: parentOf(world, input),
    period: input.period,
    pretax_credit_amounts: [],
    pricing: {
      price_details: { price: input.price.id, product: input.price.product as string },
      type: 'price_details',
      unit_amount_decimal: decimal(input.unitAmount),
    },
    quantity: input.quantity,
    quantity_decimal: decimal(input.quantity),
    subscription: input.subscription,
    subtotal: amount,
    taxes: [],
  }
}

function describe({ price, productName, quantity, unitAmount, currency }: InvoiceLineInput): string {
  if (price.recurring === null) return productName
  if (unitAmount === 0 && price.unit_amount !== 0) return `Trial period for ${productName}`
  const { interval, interval_count } = price.recurring
  const every = interval_count === 1 ? interval : `${interval_count} ${interval}s`
  return `${quantity} × ${productName} (at ${formatAmount(unitAmount, currency)} / ${every})`
}

function parentOf(world: World, input: InvoiceLineInput): Stripe.InvoiceLineItem.Parent {
  if (input.subscriptionItem === null) {
    return {
      invoice_item_details: {
        invoice_item: world.ids.next('ii'),
        proration: false,
        proration_details: null,
        subscription: input.subscription,
      },
      subscription_item_details: null,
      type: 'invoice_item_details',
    }
  }
  return {
    invoice_item_details: null,
    subscription_item_details: {
      invoice_item: null,
      proration: false,
      proration_details: null,
      subscription: input.subscription,
      subscription_item: input.subscriptionItem,
    },
    type: 'subscription_item_details',
  }
}
