import type { Stripe } from 'stripe'
import { idOf } from '@stackgate/sandbox/stripe/api/id-of.js'
import { startSandboxFixture, type SandboxFixture } from './sandbox-fixture.js'

/** Customer with a Stripe test card (`pm_card_visa`) as the default payment method. */
export async function customerWithCard(
  { stripe }: SandboxFixture,
  card = 'pm_card_visa',
  email = 'ada@example.com',
): Promise<Stripe.Customer> {
  const customer = await stripe.customers.create({ email, name: 'Ada' })
  const method = await stripe.paymentMethods.attach(card, { customer: customer.id })
  return stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: method.id } })
}

/** Recurring price of a new product. */
export function planPrice(
  { stripe }: SandboxFixture,
  name: string,
  unit_amount: number,
  interval: 'month' | 'year' = 'month',
): Promise<Stripe.Price> {
  return stripe.prices.create({ currency: 'usd', unit_amount, recurring: { interval }, product_data: { name } })
}

/** A product's name and its price in cents. */
type Offer = readonly [name: string, unitAmount: number]

/** A sandbox on 1 April 2026 that has a price by the year and one by the month. */
export async function yearAndMonth(offers: {
  readonly year: Offer
  readonly month: Offer
}): Promise<{ bench: SandboxFixture; year: Stripe.Price; month: Stripe.Price }> {
  const bench = await startSandboxFixture({ clock: new Date('2026-04-01T00:00:00Z') })
  const year = await planPrice(bench, ...offers.year, 'year')
  const month = await planPrice(bench, ...offers.month)
  return { bench, year, month }
}

/** One-time price of a new product. */
export function oneTimePrice({ stripe }: SandboxFixture, name: string, unit_amount: number): Promise<Stripe.Price> {
  return stripe.prices.create({ currency: 'usd', unit_amount, product_data: { name } })
}

/** The id behind a reference that must be there. */
export function idIn(reference: string | { id: string } | null | undefined): string {
  const id = idOf(reference)
  if (id === null) throw new Error('nothing is referred to')
  return id
}

/** Lines of an invoice as text and amount. */
export function billed(invoice: Stripe.Invoice): [string | null, number][] {
  return invoice.lines.data.map((line) => [line.description, line.amount])
}

/** The latest invoice of a subscription. */
export async function latestInvoice({ stripe }: SandboxFixture, subscription: string): Promise<Stripe.Invoice> {
  const { latest_invoice } = await stripe.subscriptions.retrieve(subscription, { expand: ['latest_invoice'] })
  return latest_invoice as Stripe.Invoice
}
