import type { Stripe } from 'stripe'
import { CURRENCIES } from '#services/kernel/money/currency.js'
import { PROVIDER_CURRENCIES } from '#services/kernel/money/provider-currencies.js'
import { startSandboxFixture, type SandboxFixture } from './support/sandbox-fixture.js'
import { expectError } from './support/expect-error.js'
import { customerWithCard, idIn, planPrice } from './support/catalog-helpers.js'

const REDIRECTS = {
  enabled: true,
  allow_redirects: 'never',
} satisfies Stripe.PaymentIntentCreateParams['automatic_payment_methods']

describe("Stripe's errors and messages", () => {
  let bench: SandboxFixture
  let stripe: Stripe
  beforeEach(async () => {
    bench = await startSandboxFixture()
    stripe = bench.stripe
  })
  afterEach(() => bench.close())

  it('return code and parameter for an invalid email, URL, currency or amount', async () => {
    const cases: [Promise<unknown>, object][] = [
      [stripe.customers.create({ email: 'nobody' }), { code: 'email_invalid', param: 'email' }],
      [stripe.customers.create({ preferred_locales: ['de', 'in German'] }), { param: 'preferred_locales[1]' }],
      [
        stripe.checkout.sessions.create({ mode: 'setup', currency: 'usd', success_url: 'here' }),
        { code: 'url_invalid', param: 'success_url' },
      ],
      [stripe.paymentIntents.create({ amount: 100, currency: 'xyz' }), { param: 'currency' }],
      [
        stripe.paymentIntents.create({ amount: 0, currency: 'usd' }),
        {
          code: 'parameter_invalid_integer',
          param: 'amount',
          message: expect.stringMatching(/^The amount must be greater than or equal to the minimum charge amount/),
        },
      ],
      [
        stripe.prices.create({
          currency: 'usd',
          unit_amount: 100,
          product_data: { name: 'Rare' },
          recurring: { interval: 'month', interval_count: 37 },
        }),
        { param: 'recurring[interval_count]' },
      ],
    ]
    for (const [call, expected] of cases)
      expect(await expectError(call)).toMatchObject({ statusCode: 400, ...expected })
    expect(await stripe.customers.create({ email: 'ada@localhost' })).toMatchObject({ email: 'ada@localhost' })
  })

  it('refuse each currency in which the provider does not charge, and take every other one', async () => {
    const priced = (currency: string) =>
      stripe.prices.create({ currency, unit_amount: 100_000, product_data: { name: 'Coin' } }).then(
        () => true,
        (error: { message: string; param?: string }) => [error.param, error.message.split(':')[0]],
      )
    const results = Object.fromEntries(
      await Promise.all(CURRENCIES.map(async (code) => [code, await priced(code.toLowerCase())] as const)),
    )
    expect(results).toMatchObject({ SYP: ['currency', 'Invalid currency'], HUF: true })
    expect(results).toEqual(
      Object.fromEntries(
        CURRENCIES.map((code) => [code, PROVIDER_CURRENCIES.STRIPE.has(code) || ['currency', 'Invalid currency']]),
      ),
    )
  })

  it('distinguish an unsupported search from a missing object named search', async () => {
    expect(await expectError(stripe.prices.search({ query: "active:'true'" }))).toMatchObject({
      statusCode: 501,
      code: 'not_implemented_in_sandbox',
    })
    expect(await expectError(stripe.customers.retrieve('cus_search'))).toMatchObject({ statusCode: 404 })
  })

  it('includes the declined card in the error, and keeps the redirect settings of the intent', async () => {
    const customer = await customerWithCard(bench)
    const pay = (payment_method: string) =>
      stripe.paymentIntents.create({
        amount: 900,
        currency: 'usd',
        customer: customer.id,
        payment_method,
        confirm: true,
        automatic_payment_methods: REDIRECTS,
      })
    const declined = await expectError(pay('pm_card_chargeDeclinedInsufficientFunds'))
    expect(declined).toMatchObject({
      statusCode: 402,
      decline_code: 'insufficient_funds',
      payment_method: { object: 'payment_method', card: { last4: '9995' } },
      payment_intent: { status: 'requires_payment_method' },
    })
    expect(await pay('pm_card_visa')).toMatchObject({ status: 'succeeded', automatic_payment_methods: REDIRECTS })
  })

  it('does not attach a card that declines everything, because attaching asks its bank', async () => {
    const customer = await stripe.customers.create({})
    expect(
      await expectError(stripe.paymentMethods.attach('pm_card_chargeDeclined', { customer: customer.id })),
    ).toMatchObject({ statusCode: 402, code: 'card_declined' })
    expect((await stripe.customers.listPaymentMethods(customer.id)).data).toEqual([])
  })

  it("rejects paying an invoice without a method or with another customer's, and requires authentication if needed", async () => {
    const [ada, bob] = [await customerWithCard(bench), await customerWithCard(bench)]
    const poor = await stripe.customers.create({})
    const due = async (customer: string) => {
      await stripe.invoiceItems.create({ customer, amount: 700, currency: 'usd' })
      return (await stripe.invoices.create({ customer, pending_invoice_items_behavior: 'include' })).id ?? ''
    }
    expect(await expectError(stripe.invoices.pay(await due(poor.id)))).toMatchObject({
      statusCode: 400,
      code: 'resource_missing',
    })
    const bill = await due(ada.id)
    const foreign = (await stripe.customers.listPaymentMethods(bob.id)).data[0]?.id ?? ''
    expect(await expectError(stripe.invoices.pay(bill, { payment_method: foreign }))).toMatchObject({
      statusCode: 400,
      param: 'payment_method',
    })
    const strict = 'pm_card_authenticationRequired'
    expect(await expectError(stripe.invoices.pay(bill, { payment_method: strict, off_session: false }))).toMatchObject({
      statusCode: 402,
      code: 'invoice_payment_intent_requires_action',
    })
    expect(await stripe.invoices.pay(bill)).toMatchObject({ status: 'paid' })
  })

  it("hides the next invoice of another customer's subscription", async () => {
    const [ada, bob] = [await customerWithCard(bench), await customerWithCard(bench)]
    const price = await planPrice(bench, 'Small', 1000)
    const { id } = await stripe.subscriptions.create({ customer: bob.id, items: [{ price: price.id }] })
    expect(await expectError(stripe.invoices.createPreview({ customer: ada.id, subscription: id }))).toMatchObject({
      statusCode: 404,
      param: 'subscription',
    })
    expect(await stripe.invoices.createPreview({ customer: bob.id, subscription: id })).toMatchObject({ total: 1000 })
  })

  it('rejects a method that was detached or used by a guest, and requires no confirmation off session', async () => {
    const customer = await customerWithCard(bench)
    const pay = (extra: Partial<Stripe.PaymentIntentCreateParams>) =>
      stripe.paymentIntents.create({
        amount: 900,
        currency: 'usd',
        confirm: true,
        automatic_payment_methods: REDIRECTS,
        ...extra,
      })
    const guest = idIn((await pay({ payment_method: 'pm_card_visa' })).payment_method)
    const mine = (await stripe.customers.listPaymentMethods(customer.id)).data[0]?.id ?? ''
    await pay({ customer: customer.id, payment_method: mine })
    await pay({ customer: customer.id, payment_method: mine })
    await stripe.paymentMethods.detach(mine)
    for (const spent of [guest, mine]) {
      expect(await expectError(pay({ payment_method: spent }))).toMatchObject({
        statusCode: 400,
        param: 'payment_method',
      })
      expect(await expectError(stripe.paymentMethods.attach(spent, { customer: customer.id }))).toMatchObject({
        statusCode: 400,
      })
    }
    const strict = await stripe.paymentMethods.attach('pm_card_authenticationRequired', { customer: customer.id })
    const absent = await expectError(pay({ customer: customer.id, payment_method: strict.id, off_session: true }))
    expect(absent).toMatchObject({
      statusCode: 402,
      code: 'authentication_required',
      payment_intent: { status: 'requires_payment_method' },
    })
    expect(await pay({ customer: customer.id, payment_method: strict.id })).toMatchObject({ status: 'requires_action' })
  })

  it('returns the ID of the original request with a stored response', async () => {
    const create = () => stripe.customers.create({ name: 'Ada' }, { idempotencyKey: 'once' })
    const first = (await create()).lastResponse
    const second = (await create()).lastResponse
    expect(second.requestId).not.toBe(first.requestId)
    expect(first.headers['original-request']).toBe(first.requestId)
    expect(second.headers).toMatchObject({ 'idempotent-replayed': 'true', 'original-request': first.requestId })
  })
})
