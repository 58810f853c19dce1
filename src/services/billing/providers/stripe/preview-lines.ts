import type { Stripe } from 'stripe'
import type { LineItemChange, LinesPreview, PreviewLine } from '../subscription-port.js'
import { isAfter } from '#services/kernel/clock/compare-dates.js'
import { intervalsAfter } from '#services/catalog/products/interval.js'
import {
  discountsOfSubscription,
  END_OF_TRIAL,
  itemParameters,
  newPeriod,
  seconds,
  withPromotion,
} from './change-lines.js'
import { idOf, time } from './read-objects.js'
import { discountOf, kindOfLine, unitPriceOf } from './read-payments.js'
import { fromStripe } from './stripe-amounts.js'

type Call = <Result>(operation: string, work: () => Promise<Result>) => Promise<Result>
type Details = Stripe.InvoiceCreatePreviewParams.SubscriptionDetails
type Question = Omit<LineItemChange, 'idempotencyKey'>

/** Invoice lines that Stripe would create for a change: now, and at the next regular date. */
export async function previewStripeLines(client: Stripe, call: Call, request: Question): Promise<LinesPreview> {
  const endsTrial = request.trial?.kind === 'ENDS'
  const present = await discountsOfSubscription(client, call, request.externalId)
  const discounts = request.promotion && withPromotion(present, request.promotion)
  const ask = (details: Details, applied = discounts) =>
    call('invoices.createPreview', () =>
      client.invoices.createPreview({
        subscription: request.externalId,
        ...(applied ? { discounts: applied.length > 0 ? applied : '' } : {}),
        subscription_details: { items: itemParameters(request), ...details },
      }),
    )
  const createsInvoice = !request.withoutCredit || request.restartsPeriod
  const chargesNow = request.at === 'NOW' && request.trial?.kind !== 'CONTINUES' && createsInvoice
  const previewed = chargesNow ? await ask(endsTrial ? END_OF_TRIAL : prorated(request)) : null
  const now = previewed && isNextInvoice(previewed, request) ? null : previewed
  const begins = now !== null && (endsTrial || request.restartsPeriod)
  const trialUntil = request.trial?.kind === 'CONTINUES' ? request.trial.until : null
  const regular = request.at === 'NOW' ? request.firstPeriodEnd : request.periodEnd
  const nextAt = (begins && firstEnd(now)) || trialUntil || regular
  // Lines with shorter periods are charged before the end of the period, and with it.
  const isLater = request.at === 'PERIOD_END' && isAfter(request.periodEnd, request.firstPeriodEnd)
  // Stripe previews a new period as one that begins now: later ones cost the same, with the discounts that are left.
  const next = await ask(
    {
      proration_behavior: 'none',
      ...(begins && endsTrial
        ? { trial_end: 'now' }
        : request.trial
          ? {}
          : newPeriod({ restartsPeriod: request.restartsPeriod || isLater })),
    },
    discountsAt(nextAt, present, request, now),
  )
  // A change now that creates no invoice has no lines: those of the next invoice would look like its charge.
  const billed = request.at === 'NOW' ? now : createsInvoice ? next : null
  return {
    dueNow: fromStripe(now?.amount_due ?? 0, next.currency),
    lines: billed ? readPreviewLines(billed).map((line) => notBefore(line, request)) : [],
    next: {
      amount: fromStripe(now || isLater ? regularTotal(next, begins ? nextAt : null) : next.total, next.currency),
      at: nextAt,
    },
  }
}

const MONTH_MS = 30.5 * 86_400_000

/** A regular line of a change for the end of the paid period: its first period begins then, with the length of the previewed one. */
function notBefore(line: PreviewLine, { at, periodEnd: from }: Question): PreviewLine {
  const { kind, periodStart: start, periodEnd: end } = line
  if (at !== 'PERIOD_END' || kind !== 'RECURRING' || !start || !end || start >= from) return line
  const months = Math.round((end.getTime() - start.getTime()) / MONTH_MS)
  const isMonths = intervalsAfter(start, 'MONTH', months).getTime() === end.getTime()
  const until = isMonths
    ? intervalsAfter(from, 'MONTH', months)
    : new Date(from.getTime() + end.getTime() - start.getTime())
  return { ...line, periodStart: from, periodEnd: until }
}

type Discounts = ReturnType<typeof withPromotion>

/** Discounts of the first regular invoice after the change: those that neither end before it nor are used up by the invoice of the change. */
function discountsAt(
  at: Date,
  present: readonly Stripe.Discount[],
  { promotion, asOf, periodEnd, at: when }: Question,
  now: Stripe.Invoice | null,
): Discounts {
  const taken = new Set((now?.total_discount_amounts ?? []).map(({ discount }) => idOf(discount)))
  const kept = present.filter(
    ({ id, end, source: { coupon } }) =>
      (end === null || end > seconds(at)) &&
      !(typeof coupon === 'object' && coupon?.duration === 'once' && taken.has(id)),
  )
  if (!promotion) return withPromotion(kept, null)
  const { months } = promotion
  const from = when === 'NOW' ? asOf : periodEnd
  const ends = months === 0 ? now !== null : months !== null && !isAfter(intervalsAfter(from, 'MONTH', months), at)
  return withPromotion(kept, ends ? null : promotion)
}

/** End of the first period that an invoice charges. */
const firstEnd = (invoice: Stripe.Invoice): Date | null => {
  const ends = regularLines(invoice).map(({ period }) => period.end)
  return ends.length > 0 ? time(Math.min(...ends)) : null
}

/** Stripe previews the next regular invoice if a change creates none, as in the last second of a period, of which nothing is prorated. */
const isNextInvoice = (invoice: Stripe.Invoice, { periodEnd }: Question): boolean =>
  regularLines(invoice).some(({ period }) => period.start >= seconds(periodEnd))

const regularLines = (invoice: Stripe.Invoice): Stripe.InvoiceLineItem[] =>
  invoice.lines.data.filter((line) => kindOfLine(line, invoice) === 'RECURRING')

/** The price of whole periods with discounts and tax, of those that end first. @param end null: all periods */
function regularTotal(invoice: Stripe.Invoice, end: Date | null): number {
  const regular = regularLines(invoice).filter(({ period }) => !end || period.end <= seconds(end))
  return regular.reduce(
    (sum, { amount, discount_amounts: off, taxes }) =>
      sum +
      amount -
      (off ?? []).reduce((less, part) => less + part.amount, 0) +
      (taxes ?? []).reduce((more, tax) => more + (tax.tax_behavior === 'exclusive' ? tax.amount : 0), 0),
    0,
  )
}

const prorated = (request: Question): Details =>
  request.withoutCredit
    ? { proration_behavior: 'none', ...newPeriod(request) }
    : {
        proration_behavior: 'always_invoice',
        proration_date: seconds(request.asOf),
        ...newPeriod(request),
      }

/** Lines of an invoice that does not exist yet. */
export const readPreviewLines = (invoice: Stripe.Invoice): PreviewLine[] =>
  invoice.lines.data.map((line) => readPreviewLine(line, invoice))

function readPreviewLine(line: Stripe.InvoiceLineItem, invoice: Stripe.Invoice): PreviewLine {
  const discount = discountOf(line)
  return {
    description: line.description ?? '',
    amount: fromStripe(line.amount, line.currency),
    discount: discount > 0 ? { amountMinor: discount, currency: line.currency.toUpperCase() } : null,
    quantity: line.quantity,
    unitPrice: unitPriceOf(line),
    kind: kindOfLine(line, invoice),
    periodStart: time(line.period.start),
    periodEnd: time(line.period.end),
  }
}
