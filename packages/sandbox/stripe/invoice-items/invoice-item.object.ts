import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { testClockOf } from '../test-clocks/test-clock.object.js'
import { decimal } from '../api/decimal.js'
import { idOf } from '../api/id-of.js'
import { emitEvent } from '../events/emit-event.js'
import { priceAmount, productName, unitAmount } from '../prices/price-amount.js'
import { buildPrice } from '../prices/price.object.js'
import { buildProduct } from '../products/product.object.js'
import type { LineInput } from '../invoices/invoice-line.object.js'

/** Input of an invoice item. */
export interface InvoiceItemInput {
  customer: string
  currency: string
  amount: number
  description: string | null
  quantity: number
  unitAmount: number | null
  price: Stripe.Price | null
  period: { start: number; end: number }
  subscription: string | null
  subscriptionItem: string | null
  proration: boolean
  /** Line that a proration credits. */
  credited: { invoice: string; line: string } | null
  discountable: boolean
  metadata: Record<string, string>
}

/** Creates an item that waits for the customer's next invoice, and announces it. */
export function createInvoiceItem(world: SandboxState, input: InvoiceItemInput): Stripe.InvoiceItem {
  const item = world.store.put('invoiceitem', build(world, input))
  emitEvent(world, 'invoiceitem.created', item)
  return item
}

/** A one-time price, or a bare amount, for a customer's next invoice. */
export interface PricedItem {
  customer: string
  currency: string
  /** Item that is billed, or only an amount. */
  what:
    | { price: Stripe.Price; quantity: number }
    | { amount: number; taxBehavior?: Stripe.Price.TaxBehavior | undefined }
  description?: string | null | undefined
  subscription: string | null
  period?: { start: number; end: number } | undefined
  discountable?: boolean | undefined
  metadata: Record<string, string>
}

/** Creates an item for a one-time price or an amount, billed for the current time by default. */
export function createPricedItem(world: SandboxState, input: PricedItem): Stripe.InvoiceItem {
  const { what, currency } = input
  const now = world.clock.seconds
  const priced = 'price' in what ? what : { price: generatedPrice(world, input, what), quantity: 1 }
  const amount = 'price' in what ? priceAmount(world, what.price, currency, what.quantity) : what.amount
  return createInvoiceItem(world, {
    customer: input.customer,
    currency,
    amount,
    description: input.description ?? ('price' in what ? productName(world, what.price) : null),
    quantity: priced.quantity,
    unitAmount: unitAmount(world, priced.price, currency),
    price: priced.price,
    period: input.period ?? { start: now, end: now },
    subscription: input.subscription,
    subscriptionItem: null,
    proration: false,
    credited: null,
    discountable: input.discountable ?? amount >= 0,
    metadata: input.metadata,
  })
}

/** A bare amount has a price and a product too, which are not for sale and not announced. */
function generatedPrice(
  world: SandboxState,
  { description, currency }: PricedItem,
  { amount, taxBehavior }: { amount: number; taxBehavior?: Stripe.Price.TaxBehavior | undefined },
): Stripe.Price {
  const product = world.store.put(
    'product',
    buildProduct(world, { name: description ?? 'Invoice item', active: false }),
  )
  return world.store.put(
    'price',
    buildPrice(world, {
      product: product.id,
      currency,
      unit_amount: amount,
      tax_behavior: taxBehavior,
      active: false,
    }),
  )
}

/** The line that an invoice item becomes. */
export function lineOfInvoiceItem(world: SandboxState, item: Stripe.InvoiceItem): LineInput {
  const credited = item.proration_details?.credited_items?.invoice_line_item_details
  return {
    source: {
      kind: 'invoice_item',
      item: item.id,
      subscription: item.parent?.subscription_details?.subscription ?? null,
      subscriptionItem: item.parent?.subscription_details?.subscription_item ?? null,
      proration: item.proration,
      credited:
        credited === undefined ? null : { invoice: credited.invoice, line: credited.invoice_line_items[0] ?? '' },
    },
    description: item.description ?? '',
    amount: item.amount,
    quantity: item.quantity,
    unitAmount: item.pricing?.unit_amount_decimal == null ? null : Number(item.pricing.unit_amount_decimal),
    price: world.store.get('price', idOf(item.pricing?.price_details?.price) ?? '') ?? null,
    currency: item.currency,
    period: item.period,
    discountable: item.discountable,
    metadata: item.metadata ?? {},
  }
}

/** Items that wait for an invoice: those of the subscription, and the customer's without a subscription. */
export function pendingInvoiceItems(
  world: SandboxState,
  customer: string,
  subscription: string | null,
  currency: string,
): Stripe.InvoiceItem[] {
  return world.store.by('invoiceitem', 'customer', customer).filter((item) => {
    const own = item.parent?.subscription_details?.subscription ?? null
    return item.invoice === null && item.currency === currency && (own === null || own === subscription)
  })
}

function build(world: SandboxState, input: InvoiceItemInput): Stripe.InvoiceItem {
  return {
    id: world.ids.next('ii'),
    object: 'invoiceitem',
    amount: input.amount,
    currency: input.currency,
    customer: input.customer,
    customer_account: null,
    date: world.clock.seconds,
    description: input.description,
    discountable: input.discountable,
    discounts: [],
    invoice: null,
    livemode: false,
    metadata: input.metadata,
    net_amount: input.amount,
    parent:
      input.subscription === null
        ? null
        : {
            subscription_details: {
              subscription: input.subscription,
              ...(input.subscriptionItem === null ? {} : { subscription_item: input.subscriptionItem }),
            },
            type: 'subscription_details',
          },
    period: input.period,
    pricing:
      input.price === null
        ? null
        : {
            price_details: { price: input.price.id, product: input.price.product as string },
            type: 'price_details',
            unit_amount_decimal: decimal(input.unitAmount),
          },
    proration: input.proration,
    ...(input.proration ? { proration_details: { credited_items: creditedItems(input), discount_amounts: [] } } : {}),
    quantity: input.quantity,
    quantity_decimal: decimal(input.quantity) as Stripe.Decimal,
    tax_rates: [],
    test_clock: testClockOf(world, input.customer),
  }
}

function creditedItems({ credited }: InvoiceItemInput): Stripe.InvoiceItem.ProrationDetails.CreditedItems | null {
  if (credited === null) return null
  return {
    invoice_line_item_details: { invoice: credited.invoice, invoice_line_items: [credited.line] },
    type: 'invoice_line_items',
  }
}
