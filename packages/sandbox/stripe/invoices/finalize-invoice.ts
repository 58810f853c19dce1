import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { idOf } from '../api/id-of.js'
import { balanceIn, changeBalance } from '../customers/customer-balance.js'
import { emitEvent } from '../events/emit-event.js'
import { taxTermsOf } from '../taxes.js'
import { invoicedTaxIds } from '../tax-ids/tax-id.object.js'
import { invoicePaymentOf } from './invoice-payment.js'
import { amountsOf } from './invoice.object.js'
import { withLatestUsage } from './latest-usage.js'

/** Makes a draft final: late usage is counted, the customer's balance is applied, it gets its number and a payment intent that waits to be paid. */
export function finalizeInvoice(world: SandboxState, id: string): Stripe.Invoice {
  const draft = world.store.need('invoice', id)
  const customer = world.store.need('customer', idOf(draft.customer) ?? '')
  const lines = withLatestUsage(world, draft)
  const balance = balanceIn(world, customer, draft.currency)
  const amounts = amountsOf(id, lines, {
    balance,
    taxes: taxTermsOf(world, draft.automatic_tax.enabled, customer, draft.currency),
  })
  const endingBalance = amounts.total + balance - amounts.amount_due
  world.due.cancel('invoice.finalize', id)
  if (endingBalance !== balance) {
    changeBalance(world, customer.id, {
      amount: endingBalance - balance,
      currency: draft.currency,
      type: 'applied_to_invoice',
      invoice: id,
    })
  }
  const { object } = changeObject(world, 'invoice', id, {
    ...amounts,
    automatically_finalizes_at: null,
    customer_address: customer.address ?? null,
    customer_tax_exempt: customer.tax_exempt ?? 'none',
    customer_tax_ids: invoicedTaxIds(world, customer.id),
    effective_at: world.clock.seconds,
    ending_balance: endingBalance,
    hosted_invoice_url: `${world.baseUrl}/i/${id}`,
    invoice_pdf: `${world.baseUrl}/i/${id}/pdf`,
    number: nextNumber(world, customer.id),
    status: 'open',
    status_transitions: { ...draft.status_transitions, finalized_at: world.clock.seconds },
  })
  emitEvent(world, 'invoice.finalized', object)
  if (object.amount_due > 0) invoicePaymentOf(world, object)
  return object
}

/** Numbers count per customer: `1A2B3C4D-0001`. */
function nextNumber(world: SandboxState, customerId: string): string {
  const customer = world.store.need('customer', customerId)
  const sequence = customer.next_invoice_sequence ?? 1
  world.store.put('customer', { ...customer, next_invoice_sequence: sequence + 1 })
  return `${customer.invoice_prefix ?? 'SANDBOX'}-${String(sequence).padStart(4, '0')}`
}
