import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { invalid } from '../api/stripe-error.js'
import { emitEvent } from '../events/emit-event.js'
import { isOver } from '../subscriptions/set-status.js'
import { balanceIn } from './customer-balance.js'

/** Throws Stripe's error if a customer with a subscription or a waiting item in one currency is to have a subscription in another. */
export function requireOneCurrency({ store }: SandboxState, customer: string, currency: string): void {
  const bound = [
    ...store.by('subscription', 'customer', customer).filter((one) => !isOver(one)),
    ...store.by('invoiceitem', 'customer', customer).filter((one) => one.invoice === null),
  ]
  const other = bound.find((one) => one.currency !== currency)?.currency
  if (other === undefined) return
  throw invalid(
    `You cannot combine currencies on a single customer. This customer has an active subscription, subscription schedule, discount, quote, or invoice item with currency ${other}.`,
    'customer',
  )
}

/** The currency of a customer is that of its first invoice, and later that of the newest invoice of a subscription. */
export function keepCurrency(
  world: SandboxState,
  id: string,
  { subscription, currency }: { subscription: Stripe.Subscription | null; currency: string },
): void {
  const customer = world.store.need('customer', id)
  if (customer.currency === currency || (customer.currency != null && subscription === null)) return
  const balance = balanceIn(world, customer, currency)
  const { object, previous } = changeObject(world, 'customer', id, { currency, balance })
  emitEvent(world, 'customer.updated', object, previous)
}
