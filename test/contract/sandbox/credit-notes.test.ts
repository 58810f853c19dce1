import type { Stripe } from 'stripe'
import { startSandboxFixture, type SandboxFixture } from './support/sandbox-fixture.js'
import { expectError } from './support/expect-error.js'
import { customerWithCard, idIn, latestInvoice, planPrice } from './support/catalog-helpers.js'

describe('credit notes in the sandbox', () => {
  let bench: SandboxFixture
  beforeEach(async () => {
    bench = await startSandboxFixture({ clock: new Date('2026-04-01T00:00:00Z') })
    await bench.control('POST', 'settings', { taxPercent: 20 })
  })
  afterEach(() => bench.close())

  /** An open invoice of 100.00 and 20.00 with 20 % of tax: 144.00. */
  const open = async (): Promise<Stripe.Invoice> => {
    const { stripe } = bench
    const { id: customer } = await customerWithCard(bench)
    const invoice = await stripe.invoices.create({ customer, automatic_tax: { enabled: true } })
    for (const [amount, description] of [
      [10_000, 'Set-up'],
      [2_000, 'Support'],
    ] as const)
      await stripe.invoiceItems.create({ customer, invoice: invoice.id, amount, currency: 'usd', description })
    return stripe.invoices.finalizeInvoice(invoice.id)
  }
  const lineOf = ({ lines }: Stripe.Invoice, amount: number, index = 0): Stripe.CreditNoteCreateParams.Line => ({
    type: 'invoice_line_item',
    invoice_line_item: lines.data[index]!.id,
    amount,
  })
  const arrived = async () => {
    await bench.control('POST', 'clock', { bySeconds: 0 })
    return bench.arrived()
  }

  it('reduce what is left to pay of an open invoice, until they are voided', async () => {
    const { stripe } = bench
    const invoice = await open()
    const note = await stripe.creditNotes.create({
      invoice: invoice.id,
      lines: [lineOf(invoice, 5_000)],
      memo: 'Half of the set-up',
      reason: 'product_unsatisfactory',
    })
    expect(note).toMatchObject({
      status: 'issued',
      type: 'pre_payment',
      total: 6_000,
      subtotal: 5_000,
      total_excluding_tax: 5_000,
      total_taxes: [{ amount: 1_000, tax_behavior: 'exclusive', taxable_amount: 5_000 }],
      pre_payment_amount: 6_000,
      post_payment_amount: 0,
      number: `${invoice.number}-CN-01`,
      lines: { data: [{ amount: 5_000, invoice_line_item: invoice.lines.data[0]!.id, type: 'invoice_line_item' }] },
    })
    const reduced = {
      total: 14_400,
      amount_due: 8_400,
      amount_remaining: 8_400,
      pre_payment_credit_notes_amount: 6_000,
    }
    expect(await stripe.invoices.retrieve(invoice.id)).toMatchObject(reduced)
    expect(await stripe.creditNotes.voidCreditNote(note.id)).toMatchObject({ status: 'void' })
    expect(await stripe.invoices.retrieve(invoice.id)).toMatchObject({
      amount_due: 14_400,
      amount_remaining: 14_400,
      pre_payment_credit_notes_amount: 0,
    })
    await stripe.creditNotes.create({ invoice: invoice.id, lines: [lineOf(invoice, 5_000)] })
    const paid = await stripe.invoices.pay(invoice.id, { expand: ['payments'] })
    expect(paid).toMatchObject({ status: 'paid', amount_paid: 8_400, total: 14_400 })
    const [charge] = (await stripe.charges.list({ customer: idIn(invoice.customer) })).data
    expect(charge).toMatchObject({ amount: 8_400 })
    expect(await arrived()).toEqual(expect.arrayContaining(['credit_note.created', 'credit_note.voided']))
    expect((await stripe.creditNotes.list({ invoice: invoice.id })).data.map(({ status }) => status)).toEqual([
      'issued',
      'void',
    ])
    expect((await stripe.creditNotes.listLineItems(note.id)).data).toHaveLength(1)
    expect(await stripe.creditNotes.update(note.id, { memo: 'Void' })).toMatchObject({ memo: 'Void' })
  })

  it('pay an invoice when nothing is left of it, and make its subscription active', async () => {
    const { stripe } = bench
    const price = await planPrice(bench, 'Plus', 2_000)
    const { id: customer } = await customerWithCard(bench)
    const { id } = await stripe.subscriptions.create({ customer, items: [{ price: price.id }] })
    await bench.control('POST', 'payments/fail-next', { customer, times: 9 })
    await bench.moveTo('2026-05-01T02:00:00Z')
    expect((await stripe.subscriptions.retrieve(id)).status).toBe('past_due')
    const invoice = await latestInvoice(bench, id)
    await stripe.creditNotes.create({ invoice: invoice.id, amount: 2_000 })
    expect(await latestInvoice(bench, id)).toMatchObject({ status: 'paid', amount_paid: 0, amount_remaining: 0 })
    expect((await stripe.subscriptions.retrieve(id)).status).toBe('active')
    expect(await arrived()).toEqual(expect.arrayContaining(['invoice.paid', 'payment_intent.canceled']))
  })

  it('return what was paid as a refund, as credit and outside of Stripe', async () => {
    const { stripe } = bench
    const invoice = await stripe.invoices.pay((await open()).id)
    const lines = [lineOf(invoice, 5_000), lineOf(invoice, 2_000, 1)]
    expect(await expectError(stripe.creditNotes.create({ invoice: invoice.id, lines }))).toMatchObject({
      statusCode: 400,
      message: expect.stringContaining('must equal the post payment amount (8400)'),
    })
    const note = await stripe.creditNotes.create({
      invoice: invoice.id,
      lines,
      refund_amount: 6_000,
      credit_amount: 2_000,
      out_of_band_amount: 400,
    })
    const [refund] = (await stripe.refunds.list()).data
    expect(note).toMatchObject({
      type: 'post_payment',
      post_payment_amount: 8_400,
      out_of_band_amount: 400,
      refunds: [{ refund: refund!.id, amount_refunded: 6_000, type: 'refund' }],
    })
    expect(refund).toMatchObject({ amount: 6_000, status: 'succeeded' })
    const [credit] = (await stripe.customers.listBalanceTransactions(idIn(invoice.customer))).data
    expect(credit).toMatchObject({ type: 'credit_note', amount: -2_000, credit_note: note.id, invoice: invoice.id })
    expect(await stripe.invoices.retrieve(invoice.id)).toMatchObject({
      status: 'paid',
      amount_paid: 14_400,
      post_payment_credit_notes_amount: 8_400,
    })
    expect(await expectError(stripe.creditNotes.voidCreditNote(note.id))).toMatchObject({ statusCode: 400 })
    const more = stripe.creditNotes.create({
      invoice: invoice.id,
      lines: [lineOf(invoice, 6_000)],
      out_of_band_amount: 7_200,
    })
    expect(await expectError(more)).toMatchObject({ statusCode: 400 })
  })
})
