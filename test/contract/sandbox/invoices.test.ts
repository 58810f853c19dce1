import type { Stripe } from 'stripe'
import { startSandboxFixture, type SandboxFixture } from './support/sandbox-fixture.js'
import { expectError } from './support/expect-error.js'
import { billed, customerWithCard, idIn, oneTimePrice } from './support/catalog-helpers.js'

describe('standalone invoices in the sandbox', () => {
  let bench: SandboxFixture
  beforeEach(async () => {
    bench = await startSandboxFixture({ clock: new Date('2026-04-01T00:00:00Z') })
  })
  afterEach(() => bench.close())

  /** A draft with two items and a tenth off. */
  const draft = async (card = 'pm_card_visa'): Promise<Stripe.Invoice> => {
    const { stripe } = bench
    const customer = await customerWithCard(bench, card)
    const price = await oneTimePrice(bench, 'Help', 2500)
    const coupon = await stripe.coupons.create({ percent_off: 10 })
    await stripe.invoiceItems.create({ customer: customer.id, pricing: { price: price.id }, quantity: 2 })
    const invoice = await stripe.invoices.create({
      customer: customer.id,
      pending_invoice_items_behavior: 'include',
      discounts: [{ coupon: coupon.id }],
      description: 'Work in April',
      metadata: { order: '7' },
    })
    await stripe.invoiceItems.create({
      customer: customer.id,
      invoice: invoice.id,
      amount: 199,
      currency: 'usd',
      description: 'Postage',
      discountable: false,
    })
    return stripe.invoices.retrieve(invoice.id)
  }

  it('are drafted from items and discounts, finalized and paid, and have a page and a PDF', async () => {
    const { stripe } = bench
    const made = await draft()
    expect(billed(made)).toEqual([
      ['Help', 5000],
      ['Postage', 199],
    ])
    expect(made).toMatchObject({
      status: 'draft',
      subtotal: 5199,
      total: 4699,
      parent: null,
      billing_reason: 'manual',
      metadata: { order: '7' },
    })
    const final = await stripe.invoices.finalizeInvoice(made.id)
    expect(final).toMatchObject({ status: 'open', amount_due: 4699 })
    expect(final.number).toMatch(/-0001$/)
    const paid = await stripe.invoices.pay(made.id)
    expect(paid).toMatchObject({ status: 'paid', amount_paid: 4699 })
    expect(await expectError(stripe.invoices.pay(made.id))).toMatchObject({ code: 'invoice_already_paid' })
    expect(await expectError(stripe.invoices.voidInvoice(made.id))).toMatchObject({ statusCode: 400 })
    const page = await (await fetch(paid.hosted_invoice_url ?? '')).text()
    for (const part of [paid.number ?? '?', 'Help', '$50.00', 'Discount', '$46.99', 'Paid'])
      expect(page).toContain(part)
    expect(page).not.toContain('Card number')
    const pdf = Buffer.from(await (await fetch(paid.invoice_pdf ?? '')).arrayBuffer())
    expect(pdf.subarray(0, 8).toString('latin1')).toBe('%PDF-1.4')
    expect(pdf.toString('latin1')).toContain('(Amount paid    $46.99)')
    // Each object is where the file says: readers look it up there.
    const text = pdf.toString('latin1')
    const start = Number(/startxref\n(\d+)/.exec(text)?.[1])
    expect(text.slice(start, start + 4)).toBe('xref')
    const offsets = [...text.slice(start).matchAll(/^(\d{10}) 00000 n/gm)].map((match) => Number(match[1]))
    expect(offsets.map((offset, index) => text.slice(offset).startsWith(`${index + 1} 0 obj`))).not.toContain(false)
  })

  it.each([
    ['exclusive', 'Steuer', '1,90', '11,90'],
    ['inclusive', 'Enthaltene Steuer', '1,60', '10,00'],
  ] as const)('name %s taxes in the language of the customer', async (tax_behavior, name, tax, total) => {
    const { stripe } = bench
    await bench.control('POST', 'settings', { taxPercent: 19 })
    const { id: customer } = await customerWithCard(bench, 'pm_card_visa')
    await stripe.customers.update(customer, {
      name: 'Müller',
      preferred_locales: ['de'],
      address: { country: 'DE' },
      invoice_settings: { custom_fields: [{ name: 'Bestellung', value: 'Ä1' }] },
    })
    const invoice = await stripe.invoices.create({
      customer,
      currency: 'eur',
      automatic_tax: { enabled: true },
    })
    await stripe.invoiceItems.create({
      customer,
      invoice: invoice.id,
      amount: 1000,
      currency: 'eur',
      tax_behavior,
      description: 'Größe M',
    })
    const { hosted_invoice_url: url, invoice_pdf: file } = await stripe.invoices.finalizeInvoice(invoice.id)
    const page = (await (await fetch(url ?? '')).text()).replaceAll(/\u00A0|&nbsp;/g, ' ')
    const pdf = Buffer.from(await (await fetch(file ?? '')).arrayBuffer()).toString('latin1')
    for (const part of ['Müller', 'Bestellung: Ä1', 'Größe M']) {
      expect(page).toContain(part)
      expect(pdf).toContain(part)
    }
    expect(page).toContain(`<span>${name}</span><span>${tax} €</span>`)
    expect(page).toContain(`<span>Gesamt</span><span>${total} €</span>`)
    // The euro sign as the font has it.
    expect(pdf).toContain(`(${name}    ${tax}\u00A0\u0080)`)
  })

  it.each([
    ['exclusive', 1030, 6160],
    ['inclusive', 860, 5130],
  ] as const)('have %s taxes in dinars that can be charged', async (tax_behavior, tax, total) => {
    const { stripe } = bench
    await bench.control('POST', 'settings', { taxPercent: 20 })
    const { id: customer } = await customerWithCard(bench, 'pm_card_visa')
    const invoice = await stripe.invoices.create({ customer, currency: 'kwd', automatic_tax: { enabled: true } })
    const item = { customer, invoice: invoice.id, currency: 'kwd', tax_behavior }
    for (const amount of [5000, 130]) await stripe.invoiceItems.create({ ...item, amount, description: 'Use' })
    const paid = await stripe.invoices.pay(invoice.id)
    expect(paid).toMatchObject({ status: 'paid', total, total_taxes: [{ amount: tax }] })
    expect(paid.lines.data.flatMap(({ taxes }) => taxes ?? []).reduce((sum, { amount }) => sum + amount, 0)).toBe(tax)
  })

  it('can be declined, paid on their page, paid outside, voided, marked uncollectible or deleted', async () => {
    const { stripe } = bench
    const declined = await draft('pm_card_chargeCustomerFail')
    await stripe.invoices.finalizeInvoice(declined.id)
    expect(await expectError(stripe.invoices.pay(declined.id))).toMatchObject({
      statusCode: 402,
      code: 'card_declined',
    })
    const open = await stripe.invoices.retrieve(declined.id)
    expect(open).toMatchObject({ status: 'open', attempt_count: 1 })
    const pay = (number: string) =>
      fetch(open.hosted_invoice_url ?? '', {
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams({ number, expiry: '12/34', cvc: '123', name: 'Ada' }),
      })
    const refused = await pay('4000000000000002')
    expect(refused.status).toBe(402)
    expect(await refused.text()).toContain('Your card was declined.</p>')
    expect((await pay('4242424242424242')).status).toBe(303)
    expect(await stripe.invoices.retrieve(declined.id)).toMatchObject({ status: 'paid', attempt_count: 1 })
    expect((await pay('4242424242424242')).status).toBe(409)

    const [outside, lost, wrong, never] = [await draft(), await draft(), await draft(), await draft()]
    expect(await stripe.invoices.pay(outside.id, { paid_out_of_band: true })).toMatchObject({ status: 'paid' })
    await stripe.invoices.finalizeInvoice(lost.id)
    expect((await stripe.invoices.markUncollectible(lost.id)).status).toBe('uncollectible')
    await stripe.invoices.finalizeInvoice(wrong.id)
    expect((await stripe.invoices.voidInvoice(wrong.id)).status).toBe('void')
    expect(await stripe.invoices.del(never.id)).toMatchObject({ deleted: true })
    expect(await expectError(stripe.invoices.retrieve(never.id))).toMatchObject({ statusCode: 404 })
    expect(await expectError(stripe.invoices.del(lost.id))).toMatchObject({ statusCode: 400 })
    await bench.control('POST', 'clock', { bySeconds: 0 })
    expect(bench.arrived()).toEqual(
      expect.arrayContaining([
        'invoiceitem.created',
        'invoice.updated',
        'invoice.deleted',
        'invoice.voided',
        'invoice.marked_uncollectible',
      ]),
    )
  })

  it.each([
    ['none', 'standard_rated', [31, 30], 61],
    ['exempt', 'customer_exempt', [0, 0], 0],
  ] as const)('divide their tax among their lines (%s)', async (exemption, taxability_reason, taxes, total) => {
    const { stripe } = bench
    await bench.control('POST', 'settings', { taxPercent: 20 })
    const customer = await customerWithCard(bench, 'pm_card_visa')
    await stripe.customers.update(customer.id, { tax_exempt: exemption })
    const invoice = await stripe.invoices.create({ customer: customer.id, automatic_tax: { enabled: true } })
    for (const amount of [153, 153])
      await stripe.invoiceItems.create({ customer: customer.id, invoice: invoice.id, amount, currency: 'usd' })
    const { lines, total_excluding_tax: net, total: all } = await stripe.invoices.finalizeInvoice(invoice.id)
    expect(lines.data.map((line) => line.taxes)).toMatchObject(
      taxes.map((amount) => [{ amount, taxability_reason, taxable_amount: 153, tax_behavior: 'exclusive' }]),
    )
    expect([net, all]).toEqual([306, 306 + total])
  })

  it('remove and change items while drafts, and are paid by credit alone', async () => {
    const { stripe } = bench
    const made = await draft()
    const items = (await stripe.invoiceItems.list({ invoice: made.id })).data
    await stripe.invoiceItems.update(items.find((item) => item.amount === 199)!.id, { amount: 99 })
    await stripe.invoiceItems.del(items.find((item) => item.amount === 5000)!.id)
    expect(await stripe.invoices.retrieve(made.id)).toMatchObject({ total: 99 })
    await stripe.customers.createBalanceTransaction(idIn(made.customer), {
      amount: -1000,
      currency: 'usd',
      description: 'Sorry',
    })
    const final = await stripe.invoices.finalizeInvoice(made.id)
    expect(final).toMatchObject({ status: 'paid', amount_due: 0, starting_balance: -1000, ending_balance: -901 })
    expect(await stripe.customers.retrieve(idIn(made.customer))).toMatchObject({ balance: -901 })
    expect(await expectError(stripe.invoiceItems.update(items[0]!.id, { amount: 1 }))).toMatchObject({
      code: 'invoice_not_editable',
    })
  })
})
