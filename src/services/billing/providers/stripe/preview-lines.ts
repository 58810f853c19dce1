import type { Stripe } from 'stripe'
import type { LineItemChange, LinesPreview, PreviewLine } from '../subscription-port.js'
import { discountsWith, END_OF_TRIAL, itemParameters, newPeriod } from './change-lines.js'
import { time } from './read-objects.js'
import { discountOf, unitPriceOf } from './read-payments.js'
import { fromStripe } from './stripe-amounts.js'

type Call = <Result>(operation: string, work: () => Promise<Result>) => Promise<Result>
type Details = Stripe.InvoiceCreatePreviewParams.SubscriptionDetails
type Question = Omit<LineItemChange, 'idempotencyKey'>

/** Invoice lines that Stripe would create for a change: now, and at the next regular date. */
export async function previewStripeLines(client: Stripe, call: Call, request: Question): Promise<LinesPreview> {
  const endsTrial = request.trial?.kind === 'ENDS'
  const discounts = request.promotion && (await discountsWith(client, call, request.externalId, request.promotion))
  // The invoice of the change uses up a code of one invoice.
  const later = request.promotion?.once ? discounts?.slice(0, -1) : discounts
  const ask = (proration: 'always_invoice' | 'none', applied = discounts, more: Details = {}) =>
    call('invoices.createPreview', () =>
      client.invoices.createPreview({
        subscription: request.externalId,
        ...(applied ? { discounts: applied.length > 0 ? applied : '' } : {}),
        subscription_details: {
          items: itemParameters(request),
          ...(endsTrial && proration !== 'none' ? END_OF_TRIAL : prorated(proration, request)),
          ...more,
        },
      }),
    )
  const createsInvoice = !request.withoutCredit || request.restartsPeriod
  const chargesNow = request.at === 'NOW' && request.trial?.kind !== 'CONTINUES' && createsInvoice
  const restarts = request.restartsPeriod && !request.trial
  // A new period is billed immediately, so Stripe cannot preview a later invoice. That of a scheduled one is the same now and then.
  const scheduled = restarts && request.at === 'PERIOD_END' && discounts ? newPeriod(request) : null
  const next =
    endsTrial || (restarts && !scheduled) ? null : await ask('none', chargesNow ? later : discounts, scheduled ?? {})
  const now = chargesNow ? await ask('always_invoice') : null
  const currency = (now ?? next)?.currency.toUpperCase() ?? ''
  return {
    dueNow: fromStripe(now?.amount_due ?? 0, currency),
    lines: (now ?? (createsInvoice ? next : null))?.lines.data.map(readPreviewLine) ?? [],
    next: next && {
      amount: fromStripe(next.total, next.currency),
      at: request.periodEnd,
    },
  }
}

const prorated = (behavior: 'always_invoice' | 'none', request: Question): Details =>
  behavior === 'none'
    ? { proration_behavior: behavior }
    : request.withoutCredit
      ? { proration_behavior: 'none', ...newPeriod(request) }
      : {
          proration_behavior: behavior,
          proration_date: Math.floor(request.asOf.getTime() / 1000),
          ...newPeriod(request),
        }

/** A line of an invoice that does not exist yet. */
export function readPreviewLine(line: Stripe.InvoiceLineItem): PreviewLine {
  const discount = discountOf(line)
  return {
    description: line.description ?? '',
    amount: fromStripe(line.amount, line.currency),
    discount: discount > 0 ? { amountMinor: discount, currency: line.currency.toUpperCase() } : null,
    quantity: line.quantity,
    unitPrice: unitPriceOf(line),
    kind:
      (line.parent?.subscription_item_details?.proration ?? line.parent?.invoice_item_details?.proration) === true
        ? 'PRORATION'
        : line.parent?.subscription_item_details
          ? 'RECURRING'
          : 'OTHER',
    periodStart: time(line.period.start),
    periodEnd: time(line.period.end),
  }
}
