import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { decimal } from '../api/decimal.js'
import { wholeList } from '../api/list.js'

/** A part of a credit note, before its totals. */
export type CreditedLine = Omit<Stripe.CreditNoteLineItem, 'id' | 'livemode' | 'object'>

/** Content of a credit note. */
export interface CreditNoteInput {
  readonly invoice: Stripe.Invoice
  readonly lines: readonly CreditedLine[]
  /** Part that reduces what is left to pay of the invoice. */
  readonly prePayment: number
  readonly postPayment: number
  readonly outOfBand: number
  readonly refund: Stripe.Refund | null
  readonly balanceTransaction: Stripe.CustomerBalanceTransaction | null
  readonly memo: string | null
  readonly metadata: Record<string, string>
  readonly reason: Stripe.CreditNote.Reason | null
  readonly effectiveAt: number | null
}

const sumOf = <Item>(items: readonly Item[], amountOf: (item: Item) => number): number =>
  items.reduce((sum, item) => sum + amountOf(item), 0)

const added = ({ taxes }: CreditedLine): number =>
  sumOf(taxes ?? [], ({ amount, tax_behavior: behavior }) => (behavior === 'exclusive' ? amount : 0))

const contained = ({ taxes }: CreditedLine): number =>
  sumOf(taxes ?? [], ({ amount, tax_behavior: behavior }) => (behavior === 'inclusive' ? amount : 0))

/** The credited amount of a line: without its discounts, with tax. */
export const totalOfLine = (line: CreditedLine): number => line.amount - line.discount_amount + added(line)

/** A credit note, complete. */
export function buildCreditNote(world: SandboxState, id: string, input: CreditNoteInput): Stripe.CreditNote {
  const { invoice, lines, prePayment, postPayment, refund } = input
  const total = sumOf(lines, totalOfLine)
  const subtotal = sumOf(lines, ({ amount }) => amount)
  const discounts = sumOf(lines, ({ discount_amount: amount }) => amount)
  const within = sumOf(lines, contained)
  const number = world.store.by('credit_note', 'invoice', invoice.id).length + 1
  return {
    id,
    object: 'credit_note',
    amount: total,
    amount_shipping: 0,
    created: world.clock.seconds,
    currency: invoice.currency,
    customer: invoice.customer!,
    customer_account: null,
    customer_balance_transaction: input.balanceTransaction?.id ?? null,
    discount_amount: discounts,
    discount_amounts: lines.flatMap((line) => line.discount_amounts),
    effective_at: input.effectiveAt ?? world.clock.seconds,
    invoice: invoice.id,
    lines: wholeList(
      lines.map((line) => ({
        ...line,
        id: world.ids.next('cnli'),
        livemode: false,
        object: 'credit_note_line_item' as const,
      })),
      `/v1/credit_notes/${id}/lines`,
    ),
    livemode: false,
    memo: input.memo,
    metadata: input.metadata,
    number: `${invoice.number ?? ''}-CN-${String(number).padStart(2, '0')}`,
    out_of_band_amount: input.outOfBand > 0 ? input.outOfBand : null,
    pdf: invoice.invoice_pdf ?? '',
    post_payment_amount: postPayment,
    pre_payment_amount: prePayment,
    pretax_credit_amounts: lines.flatMap((line) => line.pretax_credit_amounts),
    reason: input.reason,
    refunds:
      refund === null
        ? []
        : [{ amount_refunded: refund.amount, payment_record_refund: null, refund: refund.id, type: 'refund' }],
    shipping_cost: null,
    status: 'issued',
    subtotal,
    subtotal_excluding_tax: subtotal - within,
    total,
    total_excluding_tax: subtotal - discounts - within,
    total_taxes: (['exclusive', 'inclusive'] as const).flatMap((behavior) => taxesOf(lines, behavior)),
    type: postPayment === 0 ? 'pre_payment' : prePayment === 0 ? 'post_payment' : 'mixed',
    voided_at: null,
  }
}

function taxesOf(lines: readonly CreditedLine[], behavior: 'exclusive' | 'inclusive'): Stripe.CreditNote.TotalTax[] {
  const taxes = lines.flatMap((line) => line.taxes ?? []).filter((tax) => tax.tax_behavior === behavior)
  const [first] = taxes
  if (!first) return []
  const amount = sumOf(taxes, (tax) => tax.amount)
  return amount === 0 ? [] : [{ ...first, amount, taxable_amount: sumOf(taxes, (tax) => tax.taxable_amount ?? 0) }]
}

/** A line that credits a part of a line of the invoice, with the same part of its discounts and taxes. */
export function creditedPart(line: Stripe.InvoiceLineItem, amount: number, quantity: number | null): CreditedLine {
  const partOf = (whole: number) => Math.round((whole * amount) / line.amount)
  const discounts = (line.discount_amounts ?? []).map((one) => ({ ...one, amount: partOf(one.amount) }))
  return {
    amount,
    description: line.description,
    discount_amount: sumOf(discounts, (one) => one.amount),
    discount_amounts: discounts,
    invoice_line_item: line.id,
    metadata: {},
    pretax_credit_amounts: discounts.map((one) => ({ ...one, type: 'discount' })),
    quantity,
    tax_rates: [],
    taxes: (line.taxes ?? []).map((tax) => ({
      ...tax,
      amount: partOf(tax.amount),
      taxable_amount: partOf(tax.taxable_amount ?? 0),
    })),
    type: 'invoice_line_item',
    unit_amount: null,
    unit_amount_decimal: null,
  }
}

/** A line with an amount of its own, without tax. */
export const customLine = (description: string | null, unitAmount: number, quantity: number): CreditedLine => ({
  amount: unitAmount * quantity,
  description,
  discount_amount: 0,
  discount_amounts: [],
  metadata: {},
  pretax_credit_amounts: [],
  quantity,
  tax_rates: [],
  taxes: [],
  type: 'custom_line_item',
  unit_amount: unitAmount,
  unit_amount_decimal: decimal(unitAmount),
})
