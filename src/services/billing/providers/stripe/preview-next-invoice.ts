import { Stripe } from 'stripe'
import { ProviderRejected } from '#services/billing/providers/provider-errors.js'
import type { NextInvoice, NextInvoiceRequest } from '../subscription-port.js'
import { discountsOfSubscription } from './change-lines.js'
import { readPreviewLines } from './preview-lines.js'
import { idOf, time } from './read-objects.js'
import { fromStripe } from './stripe-amounts.js'

type Call = <Result>(operation: string, work: () => Promise<Result>) => Promise<Result>

/** Limits of a call that a page waits for. The caller reports the failure instead of trying again. */
const OPTIONS = { timeout: 4000, maxNetworkRetries: 0 }

/** The next regular invoice of a subscription. Stripe previews a scheduled change only by its schedule. */
export async function previewNextInvoice(
  client: Stripe,
  call: Call,
  { externalId, scheduled }: NextInvoiceRequest,
): Promise<NextInvoice | null> {
  const schedule = scheduled ? await scheduleOf(client, call, externalId) : null
  const preview = (discounts?: Stripe.InvoiceCreatePreviewParams['discounts']) =>
    call('invoices.createPreview', () =>
      client.invoices.createPreview(
        {
          ...(schedule ? { schedule } : { subscription: externalId }),
          ...(discounts === undefined ? {} : { discounts }),
        },
        OPTIONS,
      ),
    ).catch((error: unknown) => {
      if (isNone(error)) return null
      throw error
    })
  const first = await preview()
  const left = first?.total_discount_amounts?.length ? await discountsLeft(client, call, externalId, first) : undefined
  const invoice = left === undefined ? first : await preview(left)
  // The invoice of a renewal has the period that ends with it.
  const at = invoice && time(invoice.period_end)
  if (!at) return null
  const taxes = invoice.total_taxes ?? []
  return {
    at,
    total: fromStripe(invoice.total, invoice.currency),
    amountDue: fromStripe(invoice.amount_due, invoice.currency),
    tax: fromStripe(
      taxes.reduce((sum, { amount }) => sum + amount, 0),
      invoice.currency,
    ),
    lines: readPreviewLines(invoice),
  }
}

/** Discounts that do not end before an invoice, as a parameter. Undefined if none does: a preview has them all. */
async function discountsLeft(
  client: Stripe,
  call: Call,
  externalId: string,
  { period_end: at }: Stripe.Invoice,
): Promise<Stripe.InvoiceCreatePreviewParams['discounts']> {
  const present = await discountsOfSubscription(client, call, externalId)
  const left = present.filter(({ end }) => end === null || end > at).map(({ id }) => ({ discount: id }))
  if (left.length === present.length) return undefined
  return left.length > 0 ? left : ''
}

async function scheduleOf(client: Stripe, call: Call, externalId: string): Promise<string | null> {
  const subscription = await call('subscriptions.retrieve', () =>
    client.subscriptions.retrieve(externalId, {}, OPTIONS),
  )
  return idOf(subscription.schedule)
}

/** Stripe's error for a subscription that nothing more is billed for, or that no longer exists. */
const isNone = (error: unknown): boolean =>
  error instanceof ProviderRejected &&
  (error.objectMissing ||
    (error.cause instanceof Stripe.errors.StripeError && error.cause.code === 'invoice_upcoming_none'))
