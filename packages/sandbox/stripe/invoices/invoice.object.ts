import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { wholeList } from '../api/list.js'
import { days } from '#time/periods.js'
import { balanceIn } from '../customers/customer-balance.js'
import { minimumCharge } from '../minimum-charge.js'
import { lineTaxes, taxOn, taxTermsOf, taxWithin, type TaxTerms } from '../taxes.js'
import { invoicedTaxIds } from '../tax-ids/tax-id.object.js'
import { netAmount } from './invoice-line.object.js'
import { CHARGED, termsOf, type InvoiceTerms } from './invoice-terms.js'
import { invoiceTotals } from './invoice-totals.js'

/** Input of an invoice. */
export interface InvoiceInput {
  id: string
  customer: Stripe.Customer
  /** Subscription that it bills. Null for a standalone invoice. */
  subscription: Stripe.Subscription | null
  currency: string
  reason: Stripe.Invoice.BillingReason
  period: { start: number; end: number }
  lines: Stripe.InvoiceLineItem[]
  discounts: readonly string[]
  /** When the draft becomes final by itself (seconds), or null when that is not planned. */
  finalizesAt: number | null
  autoAdvance: boolean
  /** True if taxes are calculated; as the subscription when left out. */
  automaticTax?: boolean
  description?: string | null
  metadata?: Record<string, string>
  defaultPaymentMethod?: string | null
  /** As the subscription, when left out. */
  terms?: InvoiceTerms
}

/** A draft of an invoice, complete. */
export function buildInvoice(world: SandboxState, input: InvoiceInput): Stripe.Invoice {
  const { customer, subscription } = input
  const terms = input.terms ?? (subscription === null ? CHARGED : termsOf(subscription))
  const isSent = terms.collection_method === 'send_invoice'
  const isTaxed = input.automaticTax ?? subscription?.automatic_tax.enabled === true
  return {
    id: input.id,
    object: 'invoice',
    account_country: 'US',
    account_name: 'Stackgate sandbox',
    account_tax_ids: null,
    ...amountsOf(input.id, input.lines, {
      balance: balanceIn(world, customer, input.currency),
      taxes: taxTermsOf(world, isTaxed, customer, input.currency),
    }),
    amount_overpaid: 0,
    amount_paid: 0,
    amount_shipping: 0,
    application: null,
    attempt_count: 0,
    attempted: false,
    auto_advance: input.autoAdvance,
    automatic_tax: automaticTax(isTaxed),
    automatically_finalizes_at: input.finalizesAt,
    billing_reason: input.reason,
    collection_method: terms.collection_method,
    created: world.clock.seconds,
    currency: input.currency,
    custom_fields: customer.invoice_settings.custom_fields,
    customer: customer.id,
    customer_account: null,
    customer_address: customer.address ?? null,
    customer_email: customer.email,
    customer_name: customer.name ?? null,
    customer_phone: customer.phone ?? null,
    customer_shipping: null,
    customer_tax_exempt: customer.tax_exempt ?? 'none',
    customer_tax_ids: invoicedTaxIds(world, customer.id),
    default_payment_method: input.defaultPaymentMethod ?? null,
    default_source: null,
    default_tax_rates: [],
    description: input.description ?? null,
    discounts: [...input.discounts],
    due_date: isSent ? world.clock.seconds + days(terms.days_until_due ?? 0) : null,
    effective_at: null,
    ending_balance: null,
    footer: null,
    from_invoice: null,
    hosted_invoice_url: null,
    invoice_pdf: null,
    issuer: { type: 'self' },
    last_finalization_error: null,
    latest_revision: null,
    livemode: false,
    metadata: input.metadata ?? {},
    next_payment_attempt: isSent ? null : input.finalizesAt,
    number: null,
    on_behalf_of: null,
    parent:
      subscription === null
        ? null
        : {
            quote_details: null,
            subscription_details: { metadata: subscription.metadata, subscription: subscription.id },
            type: 'subscription_details',
          },
    payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
    period_end: input.period.end,
    period_start: input.period.start,
    post_payment_credit_notes_amount: 0,
    pre_payment_credit_notes_amount: 0,
    receipt_number: null,
    rendering: null,
    shipping_cost: null,
    shipping_details: null,
    statement_descriptor: null,
    status: 'draft',
    status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null },
    test_clock: customer.test_clock ?? null,
    webhooks_delivered_at: world.clock.seconds,
  }
}

/**
 * Amounts of an invoice and its lines with their taxes, from the lines and the customer's balance. Tax is added, except where the price
 * contains it.
 */
export function amountsOf(
  invoice: string,
  lines: readonly Stripe.InvoiceLineItem[],
  { balance, taxes }: { balance: number; taxes: TaxTerms },
) {
  const taxed = lines.map((line) => ({
    net: netAmount(line),
    isInclusive: taxes.isInclusive(line.pricing?.price_details?.price),
  }))
  const net = taxed.reduce((sum, line) => sum + line.net, 0)
  const within = taxed.filter(({ isInclusive }) => isInclusive).reduce((sum, line) => sum + line.net, 0)
  const taxesOfLines = lineTaxes(taxed, taxes)
  const added = taxOn(net - within, taxes)
  const contained = taxWithin(within, taxes)
  const { subtotal, total, amountDue } = invoiceTotals(
    lines.map((line) => ({ amount: line.amount, net: netAmount(line) })),
    { tax: added, balance, minimum: minimumCharge(taxes.currency) },
  )
  const discounts = sumByDiscount(lines)
  return {
    amount_due: amountDue,
    amount_remaining: amountDue,
    lines: wholeList(
      lines.map((line, index) => ({ ...line, taxes: taxesOfLines[index]! })),
      `/v1/invoices/${invoice}/lines`,
    ),
    starting_balance: balance,
    subtotal,
    subtotal_excluding_tax: subtotal - contained,
    total,
    total_discount_amounts: discounts,
    total_excluding_tax: net - contained,
    total_pretax_credit_amounts: discounts.map((one) => ({ ...one, type: 'discount' as const })),
    total_taxes: [taxOf('exclusive', added, net - within), taxOf('inclusive', contained, within - contained)].filter(
      ({ amount }) => amount > 0,
    ),
  } satisfies Partial<Stripe.Invoice>
}

const taxOf = (
  tax_behavior: Stripe.Invoice.TotalTax.TaxBehavior,
  amount: number,
  taxable_amount: number,
): Stripe.Invoice.TotalTax => ({
  amount,
  tax_behavior,
  tax_rate_details: null,
  taxability_reason: 'standard_rated',
  taxable_amount,
  type: 'tax_rate_details',
})

function sumByDiscount(lines: readonly Stripe.InvoiceLineItem[]): { amount: number; discount: string }[] {
  const sums = new Map<string, number>()
  for (const { amount, discount } of lines.flatMap((line) => line.discount_amounts ?? [])) {
    const id = discount as string
    sums.set(id, (sums.get(id) ?? 0) + amount)
  }
  return [...sums].map(([discount, amount]) => ({ amount, discount }))
}

function automaticTax(enabled: boolean): Stripe.Invoice.AutomaticTax {
  return {
    disabled_reason: null,
    enabled,
    liability: enabled ? { type: 'self' } : null,
    provider: enabled ? 'stripe' : null,
    status: enabled ? 'complete' : null,
  }
}
