import type { Stripe } from 'stripe'
import { idOf } from '@stackgate/sandbox/stripe/api/id-of.js'
import { expectError } from './support/expect-error.js'
import { openCheckout, sdk, sellPlan, startSandboxFixture, type SandboxFixture } from './support/sandbox-fixture.js'

describe('Stripe API requests', () => {
  let bench: SandboxFixture
  beforeEach(async () => {
    bench = await startSandboxFixture()
  })
  afterEach(() => bench.close())

  it('create one customer for 20 parallel creates with one key', async () => {
    const all = await Promise.all(
      Array.from({ length: 20 }, () =>
        bench.stripe.customers.create({ email: 'one@example.com' }, { idempotencyKey: 'intent-1' }),
      ),
    )
    expect(new Set(all.map((customer) => customer.id)).size).toBe(1)
    expect((await bench.stripe.customers.list({ email: 'one@example.com' })).data).toHaveLength(1)
    expect(all.filter((one) => one.lastResponse.headers['idempotent-replayed'] === 'true')).toHaveLength(19)
  })

  it('reject a key with other parameters, and forget it after 24 hours', async () => {
    const first = await bench.stripe.customers.create({ name: 'Ada' }, { idempotencyKey: 'k' })
    const other = await expectError(bench.stripe.customers.create({ name: 'Bob' }, { idempotencyKey: 'k' }))
    expect(other).toMatchObject({ type: 'StripeIdempotencyError', statusCode: 400 })
    await bench.control('POST', 'clock', { bySeconds: 24 * 60 * 60 })
    expect((await bench.stripe.customers.create({ name: 'Bob' }, { idempotencyKey: 'k' })).id).not.toBe(first.id)
  })

  it('store no error of a request that never ran', async () => {
    const wrong = { name: 'Ada', nope: '1' } as Stripe.CustomerCreateParams
    await expectError(bench.stripe.customers.create(wrong, { idempotencyKey: 'k' }))
    expect(await bench.stripe.customers.create({ name: 'Ada' }, { idempotencyKey: 'k' })).toMatchObject({ name: 'Ada' })
  })

  it("reject invalid input in Stripe's format", async () => {
    const { customer, price } = await sellPlan(bench)
    const base = {
      mode: 'subscription',
      customer: customer.id,
      line_items: [{ price: price.id, quantity: 1 }],
      success_url: 'http://127.0.0.1:4000/',
    } satisfies Stripe.Checkout.SessionCreateParams
    const create = (changes: object) => expectError(bench.stripe.checkout.sessions.create({ ...base, ...changes }))
    expect(await create({ payment_method_types: ['card'] })).toMatchObject({
      code: 'parameter_unknown',
      param: 'payment_method_types',
    })
    expect(await create({ ui_mode: 'hosted' })).toMatchObject({ param: 'ui_mode', statusCode: 400 })
    expect(await create({ mode: 'subscriptionn' })).toMatchObject({ param: 'mode', statusCode: 400 })
    expect(await create({ line_items: [{ price: price.id, quantity: 'x' }] })).toMatchObject({
      code: 'parameter_invalid_integer',
      param: 'line_items[0][quantity]',
    })
    expect(await create({ line_items: [{ quantity: 1 }] })).toMatchObject({
      code: 'parameter_missing',
      param: 'line_items[0][price]',
    })
    expect(await create({ customer: 'cus_nope' })).toMatchObject({
      code: 'resource_missing',
      param: 'customer',
      statusCode: 400,
    })
    expect(await create({ customer_email: 'a@b.c' })).toMatchObject({ statusCode: 400 })
    expect(await create({ mode: 'payment' })).toMatchObject({ param: 'mode' })
    expect(await create({ expires_at: 1 })).toMatchObject({ param: 'expires_at' })
    expect(await create({ success_url: 'javascript:alert(1)' })).toMatchObject({ param: 'success_url' })
    expect(await create({ shipping_address_collection: { allowed_countries: ['DE'] } })).toMatchObject({
      statusCode: 501,
      code: 'not_implemented_in_sandbox',
    })
    expect(await expectError(bench.stripe.customers.retrieve('cus_nope'))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
    })
    expect((await bench.stripe.checkout.sessions.list()).data).toEqual([])
  })

  it('return 501 without SDK retries for real but unsupported parts, and 404 for unknown ones', async () => {
    const before = (await calls()).length
    const absent = await expectError(bench.stripe.balance.retrieve())
    expect(absent).toMatchObject({ statusCode: 501, code: 'not_implemented_in_sandbox', type: 'StripeAPIError' })
    expect((await calls()).length).toBe(before + 1)
    const nothing = await expectError(bench.stripe.rawRequest('GET', '/v1/nope'))
    expect(nothing).toMatchObject({ statusCode: 404, type: 'StripeInvalidRequestError' })
    expect(await expectError(bench.stripe.v2.core.eventDestinations.list({}))).toMatchObject({ statusCode: 501 })
    expect(nothing.message).toContain('Unrecognized request URL (GET: /v1/nope)')
    const statusOf = async (method: string, path: string) =>
      (await expectError(bench.stripe.rawRequest(method, path))).statusCode
    expect(await statusOf('GET', '/v1/quotes/qt_1')).toBe(501)
    expect(await statusOf('DELETE', '/v1/quotes/qt_1')).toBe(404)
    expect(await statusOf('POST', '/v1/customers/cus_1/nope')).toBe(404)
    expect(await statusOf('GET', '/v2/core/nope')).toBe(404)
  })

  it('accept sandbox keys only', async () => {
    for (const key of ['sk_test_123', 'sk_live_123']) {
      expect(await expectError(sdk(bench.sandbox.port, key).customers.list())).toMatchObject({
        statusCode: 401,
        type: 'StripeAuthenticationError',
      })
    }
    expect((await fetch(`${bench.sandbox.url}/v1/customers`)).status).toBe(401)
    expect(await expectError(sdk(bench.sandbox.port, 'pk_test_sandbox_x').customers.list())).toMatchObject({
      statusCode: 401,
      code: 'secret_key_required',
    })
    const restricted = sdk(bench.sandbox.port, 'rk_test_sandbox_x')
    expect((await restricted.customers.list()).data).toEqual([])
    expect(await expectError(restricted.customers.create({}))).toMatchObject({
      statusCode: 403,
      type: 'StripePermissionError',
    })
  })

  it('allow the configured number of calls per second', async () => {
    const slow = await startSandboxFixture({ rateLimit: 1 })
    const stripe = sdk(slow.sandbox.port, 'sk_test_sandbox_x', 0)
    const calls = await Promise.allSettled(Array.from({ length: 10 }, () => stripe.customers.list()))
    await slow.close()
    const refused = calls.flatMap((call) => (call.status === 'rejected' ? [call.reason as object] : []))
    expect(refused.length).toBeGreaterThanOrEqual(4)
    expect(refused[0]).toMatchObject({ type: 'StripeRateLimitError', statusCode: 429, code: 'rate_limit' })
  })

  it('explain codes that Stripe explains, and replay an error of the rules', async () => {
    const open = () =>
      bench.stripe.checkout.sessions.create(
        { mode: 'payment', line_items: [{ price: 'price_nope', quantity: 1 }], success_url: 'http://127.0.0.1/' },
        { idempotencyKey: 'k' },
      )
    const first = await expectError(open())
    expect(first).toMatchObject({
      code: 'resource_missing',
      doc_url: 'https://stripe.com/docs/error-codes/resource-missing',
    })
    expect((await expectError(open())).headers?.['idempotent-replayed']).toBe('true')
  })

  it('list events by type, types, time and delivery, and delete them after 30 days', async () => {
    const { id } = await bench.stripe.customers.create({ name: 'Ada' })
    await bench.control('POST', 'clock', { bySeconds: 60 })
    await bench.stripe.customers.update(id, { name: 'Eve' })
    await bench.stripe.products.create({ name: 'Box' })
    const types = async (filter: Stripe.EventListParams) =>
      (await bench.stripe.events.list(filter)).data.map((event) => event.type)
    expect(await types({})).toEqual(['product.created', 'customer.updated', 'customer.created'])
    expect(await types({ type: 'customer.*' })).toEqual(['customer.updated', 'customer.created'])
    expect(await types({ types: ['product.created', 'customer.created'] })).toEqual([
      'product.created',
      'customer.created',
    ])
    const begin = Date.parse('2026-01-31T10:00:00Z') / 1000
    expect(await types({ created: { gt: begin } })).toEqual(['product.created', 'customer.updated'])
    await bench.control('POST', 'clock', { bySeconds: 0 })
    expect(await types({ delivery_success: false })).toEqual([])
    expect(await types({ delivery_success: true })).toHaveLength(3)
    await bench.control('POST', 'clock', { bySeconds: 30 * 86_400 - 60 })
    expect(await types({})).toEqual(['product.created', 'customer.updated'])
  })

  it('paginate lists in both directions, also for the SDK', async () => {
    for (let index = 0; index < 7; index += 1) await bench.stripe.customers.create({ name: `n${index}` })
    const first = await bench.stripe.customers.list({ limit: 3 })
    expect(first.data.map((one) => one.name)).toEqual(['n6', 'n5', 'n4'])
    expect(first.has_more).toBe(true)
    const next = await bench.stripe.customers.list({ limit: 3, starting_after: first.data[2]?.id ?? '' })
    expect(next.data.map((one) => one.name)).toEqual(['n3', 'n2', 'n1'])
    const back = await bench.stripe.customers.list({ limit: 2, ending_before: next.data[0]?.id ?? '' })
    expect(back.data.map((one) => one.name)).toEqual(['n5', 'n4'])
    const all: string[] = []
    for await (const customer of bench.stripe.customers.list({ limit: 2 })) all.push(customer.name ?? '')
    expect(all).toHaveLength(7)
    expect(await expectError(bench.stripe.customers.list({ limit: 101 }))).toMatchObject({ param: 'limit' })
  })

  it('expand IDs, also in lists, and reject other fields', async () => {
    const session = await openCheckout(bench)
    await bench.control('POST', `checkouts/${session.id}/pay`, {})
    const list = await bench.stripe.subscriptions.list({ expand: ['data.customer', 'data.latest_invoice.payments'] })
    expect(list.data[0]?.customer).toMatchObject({ object: 'customer', email: 'ada@example.com' })
    expect(list.data[0]?.latest_invoice).toMatchObject({ payments: { data: [{ status: 'paid' }] } })
    expect(await expectError(bench.stripe.subscriptions.list({ expand: ['data.status'] }))).toMatchObject({
      statusCode: 400,
      param: 'expand',
    })
  })

  it('transfer a lookup key only on request, and keep the amounts of other currencies', async () => {
    const { price } = await sellPlan(bench)
    const terms = { currency: 'usd', unit_amount: 2499, product: idOf(price.product) ?? '', lookup_key: 'plus_month' }
    expect(await expectError(bench.stripe.prices.create(terms))).toMatchObject({ param: 'lookup_key' })
    const next = await bench.stripe.prices.create({
      ...terms,
      transfer_lookup_key: true,
      currency_options: { eur: { unit_amount: 2299 } },
    })
    const found = await bench.stripe.prices.list({
      lookup_keys: ['plus_month'],
      expand: ['data.currency_options', 'data.product'],
    })
    expect(found.data.map((one) => one.id)).toEqual([next.id])
    expect(found.data[0]?.currency_options?.['eur']?.unit_amount).toBe(2299)
    expect(String(found.data[0]?.unit_amount_decimal)).toBe('2499')
    expect((await bench.stripe.prices.retrieve(price.id)).lookup_key).toBeNull()
  })

  it('roll back a rejected request completely, including a product created on the way', async () => {
    await sellPlan(bench)
    const before = (await bench.stripe.events.list()).data.length
    const twice = { currency: 'usd', unit_amount: 1, lookup_key: 'plus_month', product_data: { name: 'Never' } }
    expect(await expectError(bench.stripe.prices.create(twice))).toMatchObject({ param: 'lookup_key' })
    expect((await bench.stripe.products.list()).data.map((product) => product.name)).toEqual(['Plus'])
    expect((await bench.stripe.events.list()).data).toHaveLength(before)
  })

  it('support faults: the SDK handles a lost response without a second customer', async () => {
    await bench.control('POST', 'faults', {
      match: { method: 'POST', path: '/v1/customers' },
      action: 'drop_after',
      times: 1,
    })
    await bench.control('POST', 'faults', { match: { path: '/v1/customers' }, action: 'status_500', times: 1, seed: 7 })
    const customer = await bench.stripe.customers.create({ email: 'lost@example.com' })
    expect((await bench.stripe.customers.list({ email: 'lost@example.com' })).data.map((one) => one.id)).toEqual([
      customer.id,
    ])
    await bench.control('POST', 'faults', { action: 'html_502' })
    expect(await expectError(bench.stripe.customers.list())).toMatchObject({ type: 'StripeAPIError' })
    await bench.control('DELETE', 'faults')
    await bench.control('POST', 'faults', { action: 'status_429' })
    expect(await expectError(bench.stripe.customers.list())).toMatchObject({ type: 'StripeRateLimitError' })
  })

  async function calls(): Promise<unknown[]> {
    return (await bench.control('GET', 'calls')).body['calls'] as unknown[]
  }
})
