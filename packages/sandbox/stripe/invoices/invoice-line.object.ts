import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { decimal } from '../api/decimal.js'
import type { LineDiscounts } from '../discounts/apply-discounts.js'

/** Where a line comes from: a subscription item's own price, or an invoice item (one-time, proration, usage). */
export type LineSource =
  | { kind: 'subscription_item'; item: string; subscription: string; proration?: boolean }
  | {
      kind: 'invoice_item'
      item: string
      subscription: string | null
      /** The subscription item that a proration is about. */
      subscriptionItem: string | null
      proration: boolean
      credited: { invoice: string; line: string } | null
    }

/** Content of one line of an invoice. */
export interface LineInput {
  source: LineSource
  description: string
  /** In minor units; a credit is below zero. */
  amount: number
  quantity: number
  /** The unit price, or null when there is no single one (tiers, prorations). */
  unitAmount: number | null
  price: Stripe.Price | null
  currency: string
  period: { start: number; end: number }
  discountable: boolean
  metadata: Record<string, string>
}

/** A line of an invoice, complete, with what discounts take off it. */
export function buildInvoiceLine(
  world: SandboxState,
  invoice: string,
  input: LineInput,
  discounts: LineDiscounts,
): Stripe.InvoiceLineItem {
  return {
    id: world.ids.next('il'),
    object: 'line_item',
    amount: input.amount,
    currency: input.currency,
    description: input.description,
    ...discountFields(discounts),
    discountable: input.discountable,
    invoice,
    livemode: false,
    metadata: input.metadata,
    parent: parentOf(input.source),
    period: input.period,
    pricing:
      input.price === null
        ? null
        : {
            price_details: { price: input.price.id, product: input.price.product as string },
            type: 'price_details',
            unit_amount_decimal: decimal(input.unitAmount),
          },
    quantity: input.quantity,
    quantity_decimal: decimal(input.quantity),
    subscription: input.source.subscription,
    subtotal: input.amount,
    taxes: [],
  }
}

/** Discount fields of a line. */
export function discountFields(discounts: LineDiscounts) {
  return {
    discount_amounts: discounts,
    // The list names discounts of the line itself, which do not exist here.
    discounts: [],
    pretax_credit_amounts: discounts.map(({ discount, amount }) => ({ amount, discount, type: 'discount' as const })),
  }
}

/** The amount of a line after its discounts. */
export function netAmount(line: Stripe.InvoiceLineItem): number {
  return line.amount - (line.discount_amounts ?? []).reduce((sum, { amount }) => sum + amount, 0)
}

/**
 * A line of a subscription's own price and a proration say which subscription item they are about; a proration names the
 * invoice item that it was before, too. All else comes from an invoice item alone.
 */
function parentOf(source: LineSource): Stripe.InvoiceLineItem.Parent {
  if (source.kind === 'subscription_item') {
    return ofSubscriptionItem({
      invoice_item: null,
      proration: source.proration ?? false,
      proration_details: { credited_items: null },
      subscription: source.subscription,
      subscription_item: source.item,
    })
  }
  const { credited, proration, subscription } = source
  const proration_details = {
    credited_items: credited === null ? null : { invoice: credited.invoice, invoice_line_items: [credited.line] },
  }
  if (proration && source.subscriptionItem !== null) {
    return ofSubscriptionItem({
      invoice_item: source.item,
      proration,
      proration_details,
      subscription,
      subscription_item: source.subscriptionItem,
    })
  }
  return {
    invoice_item_details: { invoice_item: source.item, proration, proration_details, subscription },
    subscription_item_details: null,
    type: 'invoice_item_details',
  }
}

function ofSubscriptionItem(
  details: Stripe.InvoiceLineItem.Parent.SubscriptionItemDetails,
): Stripe.InvoiceLineItem.Parent {
  return { invoice_item_details: null, subscription_item_details: details, type: 'subscription_item_details' }
}
