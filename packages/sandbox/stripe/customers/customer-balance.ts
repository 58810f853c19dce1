import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { emitEvent } from '../events/emit-event.js'

/** A change of a customer's balance; below zero is credit for the customer. */
export interface BalanceChange {
  amount: number
  currency: string
  type: Stripe.CustomerBalanceTransaction.Type
  invoice?: string
  description?: string | null
  metadata?: Record<string, string>
}

/** Balance of a customer in a currency: only invoices in that currency use it. */
export function balanceIn(world: SandboxState, customer: Stripe.Customer, currency: string): number {
  if (customer.currency == null || customer.currency === currency) return customer.balance
  return world.store
    .by('customer_balance_transaction', 'customer', customer.id)
    .reduce((sum, one) => sum + (one.currency === currency ? one.amount : 0), 0)
}

/** Changes a customer's balance (credit or debt) in a currency and records the reason. */
export function changeBalance(
  world: SandboxState,
  id: string,
  change: BalanceChange,
): Stripe.CustomerBalanceTransaction {
  const customer = world.store.need('customer', id)
  const balance = balanceIn(world, customer, change.currency) + change.amount
  if (customer.currency == null || customer.currency === change.currency) {
    const { object, previous } = changeObject(world, 'customer', id, { balance, currency: change.currency })
    emitEvent(world, 'customer.updated', object, previous)
  }
  return world.store.put('customer_balance_transaction', {
    id: world.ids.next('cbtxn'),
    object: 'customer_balance_transaction',
    amount: change.amount,
    checkout_session: null,
    created: world.clock.seconds,
    credit_note: null,
    currency: change.currency,
    customer: id,
    customer_account: null,
    description: change.description ?? null,
    ending_balance: balance,
    invoice: change.invoice ?? null,
    livemode: false,
    metadata: change.metadata ?? {},
    type: change.type,
  })
}
