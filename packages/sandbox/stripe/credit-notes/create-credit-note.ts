import type Stripe from 'stripe'
import { z } from 'zod'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { amount, integer, mergeMetadata, metadata, min, text, unsupported } from '../api/fields.js'
import { idOf } from '../api/id-of.js'
import { invalid, missing, notImplemented } from '../api/stripe-error.js'
import { collectInvoice } from '../collection/collect-invoice.js'
import { changeBalance } from '../customers/customer-balance.js'
import { emitEvent } from '../events/emit-event.js'
import { cancelInvoicePayment, openPaymentOf } from '../invoices/invoice-payment.js'
import { createRefund } from '../refunds/create-refund.js'
import { buildCreditNote, creditedPart, customLine, totalOfLine, type CreditedLine } from './credit-note.object.js'

const lineInput = z.strictObject({
  type: z.enum(['invoice_line_item', 'custom_line_item']),
  amount: min(1).optional(),
  description: text.optional(),
  invoice_line_item: text.optional(),
  quantity: min(1).optional(),
  unit_amount: amount.optional(),
  metadata: unsupported,
  tax_amounts: unsupported,
  tax_rates: unsupported,
  unit_amount_decimal: unsupported,
})

/** Input of a credit note. */
export const creditNoteInput = z.strictObject({
  invoice: text,
  amount: min(1).optional(),
  lines: z.array(lineInput).optional(),
  credit_amount: amount.default(0),
  effective_at: integer.optional(),
  email_type: z.enum(['credit_note', 'none']).optional(),
  memo: text.optional(),
  metadata: metadata.optional(),
  out_of_band_amount: amount.default(0),
  reason: z.enum(['duplicate', 'fraudulent', 'order_change', 'product_unsatisfactory']).optional(),
  refund_amount: amount.default(0),
  refunds: unsupported,
  shipping_cost: unsupported,
})

type Input = z.output<typeof creditNoteInput>

/**
 * Issues a credit note. It first reduces what is left to pay of an open invoice, which is paid when nothing is left. The rest is refunded,
 * becomes credit of the customer, or is returned outside of Stripe.
 */
export function createCreditNote(world: SandboxState, input: Input): Stripe.CreditNote {
  const invoice = world.store.get('invoice', input.invoice)
  if (invoice === undefined) throw missing('invoice', input.invoice, 'invoice')
  if (invoice.status !== 'open' && invoice.status !== 'paid')
    throw invalid(`You cannot create a credit note for an invoice with the status ${invoice.status}.`, 'invoice')
  const lines = linesOf(invoice, input)
  const total = lines.reduce((sum, line) => sum + totalOfLine(line), 0)
  const left = invoice.total - invoice.pre_payment_credit_notes_amount - invoice.post_payment_credit_notes_amount
  if (total > left)
    throw invalid(`The credit note of ${total} is more than the ${left} of the invoice that is not credited.`, 'amount')
  const prePayment = invoice.status === 'open' ? Math.min(total, invoice.amount_remaining) : 0
  const postPayment = total - prePayment
  const returned = input.refund_amount + input.credit_amount + input.out_of_band_amount
  if (returned !== postPayment)
    throw invalid(
      `The sum of refunds, customer balance credits, and outside of Stripe credits (${returned}) must equal the post payment amount (${postPayment}).`,
    )
  const id = world.ids.next('cn')
  const note = world.store.put(
    'credit_note',
    buildCreditNote(world, id, {
      invoice,
      lines,
      prePayment,
      postPayment,
      outOfBand: input.out_of_band_amount,
      refund: input.refund_amount > 0 ? refundOf(world, invoice, input) : null,
      balanceTransaction: input.credit_amount > 0 ? creditOf(world, invoice, id, input.credit_amount) : null,
      memo: input.memo ?? null,
      metadata: mergeMetadata({}, input.metadata),
      reason: input.reason ?? null,
      effectiveAt: input.effective_at ?? null,
    }),
  )
  emitEvent(world, 'credit_note.created', note)
  reduceInvoice(world, invoice.id, prePayment, postPayment)
  return note
}

/** Reduces what is left to pay of an invoice, or increases it for amounts below zero. */
export function reduceInvoice(world: SandboxState, id: string, prePayment: number, postPayment: number): void {
  const invoice = world.store.need('invoice', id)
  const remaining = invoice.amount_remaining - prePayment
  const { object, previous } = changeObject(world, 'invoice', id, {
    amount_due: invoice.amount_due - prePayment,
    amount_remaining: remaining,
    post_payment_credit_notes_amount: invoice.post_payment_credit_notes_amount + postPayment,
    pre_payment_credit_notes_amount: invoice.pre_payment_credit_notes_amount + prePayment,
  })
  emitEvent(world, 'invoice.updated', object, previous)
  if (invoice.status !== 'open') return
  const payment = openPaymentOf(world, id)
  if (remaining === 0) {
    if (payment !== undefined) cancelInvoicePayment(world, payment)
    collectInvoice(world, id)
  } else if (payment !== undefined) {
    changeObject(world, 'invoice_payment', payment.id, { amount_requested: remaining })
    changeObject(world, 'payment_intent', idOf(payment.payment.payment_intent) ?? '', { amount: remaining })
  }
}

function linesOf(invoice: Stripe.Invoice, { amount: whole, lines }: Input): CreditedLine[] {
  if ((whole === undefined) === (lines === undefined))
    throw invalid('You must pass exactly one of `amount` and `lines`.', 'amount')
  const isTaxed = invoice.automatic_tax.enabled
  if (whole !== undefined) {
    if (isTaxed) throw notImplemented('A credit note by `amount` for an invoice with automatic taxes', 'amount')
    return [customLine(null, whole, 1)]
  }
  return lines!.map((line, index) => {
    const param = (name: string) => `lines[${index}][${name}]`
    if (line.type === 'custom_line_item') {
      if (isTaxed) throw invalid('Custom lines are not valid with automatic taxes.', param('type'))
      if (line.unit_amount === undefined) throw invalid('Missing required param.', param('unit_amount'))
      return customLine(line.description ?? null, line.unit_amount, line.quantity ?? 1)
    }
    const credited = invoice.lines.data.find(({ id }) => id === line.invoice_line_item)
    if (credited === undefined)
      throw missing('invoice_line_item', line.invoice_line_item ?? '', param('invoice_line_item'))
    if ((line.amount === undefined) === (line.quantity === undefined))
      throw invalid('You must pass exactly one of `amount` and `quantity`.', param('amount'))
    const units = credited.quantity ?? 1
    const part = line.amount ?? Math.round((credited.amount * line.quantity!) / units)
    if (part > credited.amount) throw invalid('The amount is more than that of the line.', param('amount'))
    return creditedPart(credited, part, line.quantity ?? null)
  })
}

function refundOf(world: SandboxState, invoice: Stripe.Invoice, input: Input): Stripe.Refund {
  const paid = world.store.by('invoice_payment', 'invoice', invoice.id).find(({ status }) => status === 'paid')
  const [charge] = world.store
    .by('charge', 'payment_intent', idOf(paid?.payment.payment_intent) ?? '')
    .filter(({ status }) => status === 'succeeded')
  if (charge === undefined) throw invalid('The invoice has no charge that can be refunded.', 'refund_amount')
  const { reason } = input
  return createRefund(world, charge, {
    amount: input.refund_amount,
    reason: reason === 'duplicate' || reason === 'fraudulent' ? reason : null,
    metadata: {},
  })
}

function creditOf(world: SandboxState, invoice: Stripe.Invoice, note: string, credit: number) {
  const transaction = changeBalance(world, idOf(invoice.customer) ?? '', {
    amount: -credit,
    currency: invoice.currency,
    type: 'credit_note',
    invoice: invoice.id,
  })
  return changeObject(world, 'customer_balance_transaction', transaction.id, { credit_note: note }).object
}
