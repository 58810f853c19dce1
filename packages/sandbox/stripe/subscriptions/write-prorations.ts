import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { idOf } from '../api/id-of.js'
import { createInvoiceItem } from '../invoice-items/invoice-item.object.js'
import type { Proration } from './decide-prorations.js'

/** Writes prorations as invoice items that wait for the subscription's next invoice. */
export function writeProrations(
  world: SandboxState,
  subscription: Stripe.Subscription,
  prorations: readonly Proration[],
): Stripe.InvoiceItem[] {
  return prorations.map((proration) =>
    createInvoiceItem(world, {
      customer: idOf(subscription.customer) ?? '',
      currency: subscription.currency,
      amount: proration.amount,
      description: proration.description,
      quantity: proration.quantity,
      unitAmount: null,
      price: proration.price,
      period: proration.period,
      subscription: subscription.id,
      subscriptionItem: proration.item,
      proration: true,
      credited: proration.credited,
      discountable: false,
      metadata: {},
    }),
  )
}
