import type Stripe from 'stripe'
import type { World } from '../../world.js'
import { emitEvent } from '../events/emit-event.js'
import { buildInvoiceLine } from './invoice-line.object.js'
import { buildInvoice } from './invoice.object.js'

/** Seconds between a renewal's draft and its payment, in which a merchant may still add to it. */
export const DRAFT_SECONDS = 60 * 60

/** What a draft bills. */
export interface DraftInput {
  /** The id, when it had to be known before. */
  id?: string
  subscription: Stripe.Subscription
  reason: 'subscription_create' | 'subscription_cycle'
  /** The period of the invoice itself: for a renewal the one that has ended (seconds). */
  period: { start: number; end: number }
  /** One-time prices billed with the first invoice. */
  oneTime?: { price: Stripe.Price; quantity: number; unitAmount: number }[]
}

/** Writes the draft of a subscription's invoice for the present period of its items, and announces it. */
export function draftInvoice(world: World, input: DraftInput): Stripe.Invoice {
  const { subscription } = input
  const id = input.id ?? world.ids.next('in')
  const line = { currency: subscription.currency, subscription: subscription.id, invoice: id }
  const recurring = subscription.items.data.map((item) =>
    buildInvoiceLine(world, {
      ...line,
      price: item.price,
      productName: productName(world, item.price),
      quantity: item.quantity ?? 1,
      unitAmount: subscription.status === 'trialing' ? 0 : amountIn(world, item.price, subscription.currency),
      period: { start: item.current_period_start, end: item.current_period_end },
      subscriptionItem: item.id,
      metadata: subscription.metadata,
    }),
  )
  const oneTime = (input.oneTime ?? []).map(({ price, quantity, unitAmount }) =>
    buildInvoiceLine(world, {
      ...line,
      price,
      productName: productName(world, price),
      quantity,
      unitAmount,
      period: { start: world.clock.seconds, end: world.clock.seconds },
      subscriptionItem: null,
      metadata: {},
    }),
  )
  const invoice = buildInvoice(world, {
    id,
    subscription,
    customer: world.store.need('customer', subscription.customer as string),
    reason: input.reason,
    period: input.period,
    lines: [...recurring, ...oneTime],
    finalizesAt: input.reason === 'subscription_cycle' ? world.clock.seconds + DRAFT_SECONDS : null,
  })
  world.store.put('invoice', invoice)
  emitEvent(world, 'invoice.created', invoice)
  return invoice
}

/** The unit amount of a price in a currency: its own, or one of its options. */
export function amountIn(world: World, price: Stripe.Price, currency: string): number {
  if (price.currency === currency) return price.unit_amount ?? 0
  return world.store.get('price_currencies', price.id)?.options[currency]?.unit_amount ?? price.unit_amount ?? 0
}

/** The name of what a price sells. */
export function productName(world: World, price: Stripe.Price): string {
  return world.store.get('product', price.product as string)?.name ?? 'Product'
}
