import { step, type Stage } from '../step.js'

const draft = ({ stripe, id }: Stage) =>
  stripe.invoices.create({
    customer: id('customer'),
    collection_method: 'charge_automatically',
    auto_advance: false,
    pending_invoice_items_behavior: 'include',
  })

/** Invoices that are created manually. */
export const invoices = [
  step('something is put on the next invoice', ({ stripe, keep, id }) =>
    keep(
      'invoice item',
      stripe.invoiceItems.create({ customer: id('customer'), amount: 700, currency: 'usd', description: 'Support' }),
    ),
  ),
  step('an invoice is drafted', (stage) => stage.keep('invoice', draft(stage))),
  step('it becomes final', ({ stripe, id }) => stripe.invoices.finalizeInvoice(id('invoice'))),
  step('and is paid', ({ stripe, id }) => stripe.invoices.pay(id('invoice'), { expand: ['payments'] })),
  step('what is paid cannot be voided', ({ stripe, id }) => stripe.invoices.voidInvoice(id('invoice'))),
  step('its lines', ({ stripe, id }) => stripe.invoices.listLineItems(id('invoice'))),
  step('a part of it is credited', ({ stripe, keep, id }) =>
    keep('credit note', stripe.creditNotes.create({ invoice: id('invoice'), amount: 100, out_of_band_amount: 100 })),
  ),
  step('the credit note', ({ stripe, id }) => stripe.creditNotes.retrieve(id('credit note'))),
  step('its payments', ({ stripe, id }) => stripe.invoicePayments.list({ invoice: id('invoice') })),
  step('another item', ({ stripe, id }) =>
    stripe.invoiceItems.create({ customer: id('customer'), pricing: { price: id('once') }, quantity: 2 }),
  ),
  step('another draft', (stage) => stage.keep('void', draft(stage))),
  step('which is final', ({ stripe, id }) => stripe.invoices.finalizeInvoice(id('void'))),
  step('and void', ({ stripe, id }) => stripe.invoices.voidInvoice(id('void'))),
  step('an item for an uncollectible invoice', ({ stripe, id }) =>
    stripe.invoiceItems.create({ customer: id('customer'), amount: 100, currency: 'usd' }),
  ),
  step('a third draft', (stage) => stage.keep('lost', draft(stage))),
  step('final too', ({ stripe, id }) => stripe.invoices.finalizeInvoice(id('lost'))),
  step('and marked uncollectible', ({ stripe, id }) => stripe.invoices.markUncollectible(id('lost'))),
  step('the customer is given credit', ({ stripe, id }) =>
    stripe.customers.createBalanceTransaction(id('customer'), { amount: -300, currency: 'usd', description: 'Sorry' }),
  ),
]
