import { sweepIntents } from '#services/billing/checkout/sweep-intents.js'
import { retryNow } from '#test/support/retry-now.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { BuyerBy, callsTo, pricedTemplate, itWith, PROVIDERS } from './provider.js'

interface Page {
  __typename: string
  id: string
  providerReference: string
  url: string
  status: string
  money: { amountMinor: number; currency: string }
}

describe.each(PROVIDERS)('Checkout start ($name)', (provider) => {
  const it = itWith(provider)
  let server: TestServer
  let template: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-10T09:00:00Z' })
    template = await pricedTemplate(server, 'static-site', { amountMinor: 3000, interval: null })
  })
  afterEach(() => server.sandboxControl('DELETE', 'faults'))
  afterAll(() => server.close())

  const named = (email: string) => BuyerBy.of(server, provider)(email)
  const rowsOf = (email: string) =>
    server.query<{ id: string; status: string; provider: string; amount_minor: string; session_id: string }>(
      `select c.id, c.status, c.provider, c.amount_minor, c.session_id from checkout c join account a on a.id = c.account_id
       where a.external_id = $1 order by c.id`,
      [email],
    )
  const posts = async () => (await callsTo(server, provider, 'POST')).length

  it(`stores the checkout before it opens the page (${provider.name})`, async () => {
    const buyer = await named('first@example.com')
    const plan = await buyer.start<Page>('startSubscription', { plan: 'plus', userEmail: 'First@example.com' })
    expect(plan).toMatchObject({
      __typename: 'Checkout',
      status: 'OPEN',
      money: { amountMinor: 2000, currency: 'USD' },
    })
    expect(plan.providerReference).toMatch(provider.pageIds.plan)
    expect(plan.url).toMatch(/^http:\/\/127\.0\.0\.1:/)
    const once = await buyer.start<Page>('purchaseTemplate', { templateId: template })
    expect(once).toMatchObject({
      __typename: 'Checkout',
      status: 'OPEN',
      money: { amountMinor: 3000, currency: 'USD' },
    })
    expect(once.providerReference).toMatch(provider.pageIds.once)
    expect(await rowsOf(buyer.email)).toMatchObject([
      { id: plan.id, status: 'OPEN', provider: provider.name, amount_minor: 2000, session_id: plan.providerReference },
      { id: once.id, status: 'OPEN', provider: provider.name, amount_minor: 3000, session_id: once.providerReference },
    ])
  })

  it(`works over REST with the field names of the integration (${provider.name})`, async () => {
    const token = await server.token('rest@example.com')
    const payment_method = provider.name.toLowerCase()
    const plan = await server.rest('POST', '/billing/start', {
      token,
      body: { payment_method, plan_name: 'plus', user_domain: 'dev.try.direct', billing_first_name: '' },
    })
    expect(plan).toMatchObject({
      status: 200,
      body: {
        checkout_url: expect.stringMatching(/^http/),
        session_id: expect.stringMatching(provider.pageIds.plan),
        payment_id: expect.stringMatching(/^chk_/),
      },
    })
    const purchased = await server.rest('POST', '/billing/purchase-template', {
      token,
      body: { payment_method, template_id: template, user_email: 'rest@example.com' },
    })
    expect(purchased).toMatchObject({
      status: 200,
      body: { session_id: expect.stringMatching(provider.pageIds.once), template_id: template },
    })
  })

  it(`grants a paid plan until its period ends, and a template forever (${provider.name})`, async () => {
    const buyer = await named('paid@example.com')
    await buyer.buy('startSubscription', { plan: 'plus' })
    await buyer.buy('purchaseTemplate', { templateId: template })
    const records = await buyer.buyerWhen(({ purchases }) => purchases.nodes.length === 2)
    expect(records.plan.plan.code).toBe('plus')
    expect(records.purchasedTemplates).toEqual([{ slug: 'static-site' }])
    expect(
      new Set(
        records.purchases.nodes.map(({ status, money, expiresAt }) => `${status} ${money.amountMinor} ${expiresAt}`),
      ),
    ).toEqual(new Set(['PAID 2000 2026-04-10T09:00:00.000Z', 'PAID 3000 null']))
    const { data } = await server.graphql<{ account: { billing: { subscription: object } } }>(
      `{ account { billing { subscription { provider status quantity currentPeriodEnd } } } }`,
      {},
      buyer.token,
    )
    expect(data.account.billing).toEqual({
      subscription: {
        provider: provider.name,
        status: 'ACTIVE',
        quantity: 1,
        currentPeriodEnd: '2026-04-10T09:00:00.000Z',
      },
    })
    const notifier = await server.query<{ type: string }>(
      `select distinct type from stream_event e join account a on a.id = e.stream_id where a.external_id = $1 order by 1`,
      [buyer.email],
    )
    expect(notifier.map(({ type }) => type)).toEqual([
      'checkout.completed',
      'checkout.started',
      'purchase.paid',
      'subscription.activated',
    ])
  })

  it(`grants nothing when declined, and accepts another payment method on the same page (${provider.name})`, async () => {
    const buyer = await named('declined@example.com')
    const page = await buyer.start('purchaseTemplate', { templateId: template })
    await buyer.pay(page.providerReference, { outcome: 'declined' }).catch(() => undefined)
    expect(await buyer.confirm(page.providerReference)).toBe('OPEN')
    expect((await buyer.account()).purchases.nodes).toEqual([])
    await buyer.pay(page.providerReference)
    expect(await buyer.confirm(page.providerReference)).toBe('COMPLETED')
    expect((await buyer.account()).purchasedTemplates).toHaveLength(1)
  })

  it(`grants a delayed payment only when it succeeds, and nothing when it fails (${provider.name})`, async () => {
    const [good, bad] = [await named('bank@example.com'), await named('broke@example.com')]
    for (const [buyer, outcome] of [
      [good, 'async_paid'],
      [bad, 'async_failed'],
    ] as const) {
      const page = await buyer.start('purchaseTemplate', { templateId: template })
      await buyer.pay(page.providerReference, { outcome })
      expect(await buyer.confirm(page.providerReference)).toBe('PROCESSING')
      expect(await buyer.account()).toMatchObject({
        purchases: { nodes: [{ status: 'PENDING' }] },
        purchasedTemplates: [],
      })
    }
    const { now } = await server.sandboxControl<{ now: string }>('GET', 'clock')
    await server.advanceTo(new Date(Date.parse(now) + 5 * 86_400_000).toISOString())
    expect(
      (await good.buyerWhen(({ purchases }) => purchases.nodes[0]?.status === 'PAID')).purchasedTemplates,
    ).toHaveLength(1)
    await bad.buyerWhen(({ purchases }) => purchases.nodes.length === 0)
    await eventually(
      () => rowsOf(bad.email),
      ([row]) => row!.status === 'FAILED',
    )
  })

  it(`grants a plan with a delayed payment only when the money has arrived (${provider.name})`, async () => {
    const [good, bad] = [await named('bank-plan@example.com'), await named('broke-plan@example.com')]
    for (const [buyer, outcome] of [
      [good, 'async_paid'],
      [bad, 'async_failed'],
    ] as const) {
      const page = await buyer.start('startSubscription', { plan: 'plus' })
      await buyer.pay(page.providerReference, { outcome })
      expect(await buyer.confirm(page.providerReference)).toBe('PROCESSING')
      expect(await buyer.account()).toMatchObject({ plan: { plan: { code: 'free' } } })
      // An open checkout blocks another one.
      expect(await buyer.start('startSubscription', { plan: 'basic' })).toMatchObject({
        code: 'CHECKOUT_CONFLICT',
        remedies: [{ kind: 'WAIT', subject: { id: page.id } }],
      })
    }
    const { now } = await server.sandboxControl<{ now: string }>('GET', 'clock')
    await server.advanceTo(new Date(Date.parse(now) + 12 * 86_400_000).toISOString())
    const paid = await good.buyerWhen(({ plan }) => plan.plan.code === 'plus')
    expect(paid.purchases.nodes.map(({ status }) => status)).toEqual(['PAID'])
    expect((await bad.account()).plan.plan.code).toBe('free')
    await eventually(
      () => rowsOf(bad.email),
      ([row]) => row!.status === 'FAILED',
    )
    expect((await bad.account()).purchases.nodes).toEqual([])
    // The buyer can start again.
    await bad.buy('startSubscription', { plan: 'basic' })
    expect((await bad.account()).plan.plan.code).toBe('basic')
    await server.advanceTo(new Date(Date.parse(now) + 26 * 86_400_000).toISOString())
    expect(await bad.account()).toMatchObject({ plan: { plan: { code: 'basic' } }, purchases: { totalCount: 1 } })
  })

  it(`denies a purchase of an owned product without calling the provider (${provider.name})`, async () => {
    const buyer = await named('has@example.com')
    await buyer.buy('startSubscription', { plan: 'plus' })
    await buyer.buy('purchaseTemplate', { templateId: template })
    const before = await posts()
    expect(await buyer.start('startSubscription', { plan: 'individual' })).toMatchObject({
      __typename: 'Denial',
      code: 'SUBSCRIPTION_CONFLICT',
    })
    expect(await buyer.start('purchaseTemplate', { templateId: template })).toMatchObject({ code: 'ALREADY_OWNED' })
    expect(await posts()).toBe(before)
  })

  it(`opens one page for twenty concurrent calls (${provider.name})`, async () => {
    const buyer = await named('crowd@example.com')
    const before = (await callsTo(server, provider, 'POST', provider.pagePaths.once)).length
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => buyer.start<Page>('purchaseTemplate', { templateId: template })),
    )
    expect(new Set(answers.map(({ url }) => url)).size).toBe(1)
    expect(await rowsOf(buyer.email)).toHaveLength(1)
    // A request that finds no recorded page repeats the call under the same key and gets the same page.
    expect((await callsTo(server, provider, 'POST', provider.pagePaths.once)).length).toBeGreaterThan(before)
  })

  it(`closes the earlier page for another offer and keeps it for the same offer (${provider.name})`, async () => {
    const buyer = await named('changing@example.com')
    const plus = await buyer.start<Page>('startSubscription', { plan: 'plus' })
    expect((await buyer.start<Page>('startSubscription', { plan: 'plus' })).id).toBe(plus.id)
    const basic = await buyer.start<Page>('startSubscription', { plan: 'basic', interval: { unit: 'YEAR', count: 1 } })
    expect(basic).toMatchObject({ status: 'OPEN', money: { amountMinor: 10_000 } })
    expect((await rowsOf(buyer.email)).map(({ status }) => status)).toEqual(['EXPIRED', 'OPEN'])
  })

  it(`does not collect a canceled checkout that is approved afterwards (${provider.name})`, async () => {
    const buyer = await named('given-up@example.com')
    const old = await buyer.start<Page>('purchaseTemplate', { templateId: template, successUrl: 'http://localhost/1' })
    const page = await buyer.start<Page>('purchaseTemplate', { templateId: template, successUrl: 'http://localhost/2' })
    await buyer.pay(old.providerReference).catch(() => undefined)
    await buyer.confirm(old.providerReference)
    expect((await buyer.account()).purchases.nodes).toEqual([])
    await buyer.pay(page.providerReference)
    expect(await buyer.confirm(page.providerReference)).toBe('COMPLETED')
    expect((await buyer.account()).purchases.totalCount).toBe(1)
  })

  it(`closes an unpaid page at its expiry, and another one can be opened (${provider.name})`, async () => {
    const buyer = await named('late@example.com')
    const page = await buyer.start<Page>('purchaseTemplate', { templateId: template })
    const { now } = await server.sandboxControl<{ now: string }>('GET', 'clock')
    await server.advanceTo(new Date(Date.parse(now) + (provider.pageHours + 2) * 3_600_000).toISOString())
    await eventually(
      () => rowsOf(buyer.email),
      ([row]) => row!.status === 'EXPIRED',
    )
    const again = await buyer.start<Page>('purchaseTemplate', { templateId: template })
    expect(again).toMatchObject({ __typename: 'Checkout', status: 'OPEN' })
    expect(again.id).not.toBe(page.id)
  })

  it(`opening the return page or asking too early grants nothing (${provider.name})`, async () => {
    const buyer = await named('early@example.com')
    const page = await buyer.start<Page>('purchaseTemplate', { templateId: template })
    const back = `/billing/return/paypal?checkout=${page.id}&token=${page.providerReference}`
    await fetch(`${server.url}${back}`, { redirect: 'manual' })
    expect(await buyer.confirm(page.providerReference)).toBe('OPEN')
    expect((await buyer.account()).purchases.nodes).toEqual([])
  })

  it(`shows a page by its ID and its session, and hides it from other accounts (${provider.name})`, async () => {
    const owner = await named('private@example.com')
    const page = await owner.start<Page>('purchaseTemplate', { templateId: template })
    const stranger = await server.token('stranger@example.com')
    const confirmed = await server.graphql(
      `mutation ($id: String!) { confirmCheckout(by: { providerReference: $id }) { checkout { id } } }`,
      { id: page.providerReference },
      stranger,
    )
    expect(confirmed.errors?.[0]?.extensions.code).toBe('NOT_FOUND')
    const read = async (token: string | null, by: { id?: string; providerReference?: string }) =>
      (
        await server.graphql<{ checkout: object | null }>(
          `query ($by: CheckoutBy!) { checkout(by: $by) { id status } }`,
          { by },
          token,
        )
      ).data.checkout
    for (const by of [{ id: page.id }, { providerReference: page.providerReference }]) {
      expect(await read(owner.token, by)).toEqual({ id: page.id, status: 'OPEN' })
      expect(await read(stranger, by)).toBeNull()
    }
    for (const by of [{ id: 'chk_unknown' }, { providerReference: 'unknown' }])
      expect(await read(owner.token, by)).toBeNull()
  })

  const denials: [string, Record<string, unknown>, string, string][] = [
    ['an unknown plan', { plan: 'gold' }, 'INVALID_PLAN', 'plan'],
    ['the free plan', { plan: 'free' }, 'INVALID_PLAN', 'plan'],
    ['a currency that it is not sold in', { currency: 'GBP' }, 'INVALID_PRICE', 'currency'],
    ['an interval that it is not sold by', { interval: { unit: 'WEEK', count: 2 } }, 'INVALID_PRICE', 'interval'],
    ['a quantity of nothing', { quantity: 0 }, 'INVALID_AMOUNT', 'quantity'],
    ['a trial that is not offered', { trialDays: 14 }, 'TRIAL_NOT_AVAILABLE', 'trialDays'],
    ["somebody else's address", { userEmail: 'other@example.com' }, 'INVALID_EMAIL', 'userEmail'],
    ['a foreign return host', { successUrl: 'https://evil.example/back' }, 'INVALID_RETURN_URL', 'successUrl'],
    ['a protocol-relative return address', { successUrl: '//evil.example' }, 'INVALID_RETURN_URL', 'successUrl'],
    [
      'a return address with credentials',
      { cancelUrl: 'https://127.0.0.1@evil.example/' },
      'INVALID_RETURN_URL',
      'cancelUrl',
    ],
    ['a script as return address', { successUrl: 'javascript:alert(1)' }, 'INVALID_RETURN_URL', 'successUrl'],
    [
      'a return address with a line break',
      { successUrl: 'http://127.0.0.1/\r\nX: y' },
      'INVALID_RETURN_URL',
      'successUrl',
    ],
  ]
  it.each(denials)(`denies %s before any provider call (${provider.name})`, async (_what, input, code, field) => {
    const buyer = await named('refused@example.com')
    const before = await posts()
    expect(await buyer.start('startSubscription', { plan: 'plus', ...input })).toMatchObject({
      __typename: 'Denial',
      code,
      issues: [{ path: field.split('.') }],
    })
    expect(await posts()).toBe(before)
    expect(await rowsOf(buyer.email)).toEqual([])
  })

  it(`resumes an intent after a crash by the sweeper, with the same page (${provider.name})`, async () => {
    const buyer = await named('crashed@example.com')
    const page = await buyer.start<Page>('purchaseTemplate', { templateId: template })
    // State after a crash between the provider's response and our record of it.
    await server.query(`update checkout set status = 'CREATING', session_id = null, url = null where id = $1`, [
      page.id,
    ])
    await sweepIntents(server.app.context, -1)
    expect(await rowsOf(buyer.email)).toMatchObject([{ status: 'OPEN', session_id: page.providerReference }])
  })

  // A failure that is retried automatically is hidden from the buyer. Any other is returned with the time of the next
  // try.
  describe.each(['once', 'plan'] as const)('page failures (%s)', (kind) => {
    const ask = (buyer: BuyerBy) =>
      kind === 'once'
        ? buyer.start<Page>('purchaseTemplate', { templateId: template, idempotencyKey: 'one' })
        : buyer.start<Page>('startSubscription', { plan: 'plus', idempotencyKey: 'one' })

    it.each([
      ['429', 1],
      ['html502', 3],
      ['500', 3],
      ['malformed', 3],
      ['no_error_404', 1],
      ['drop_before', 3],
      ['drop_after', 3],
    ])(
      `%s (×%i): is denied as unavailable, stores nothing partial, and the same key opens one page (${provider.name})`,
      async (action, times) => {
        const buyer = await named(`${kind}-${action.replace('_', '-')}@example.com`)
        await server.sandboxControl('POST', 'faults', {
          match: { method: 'POST', path: provider.pagePaths[kind] },
          action,
          times,
        })
        expect(await ask(buyer)).toMatchObject({
          __typename: 'Denial',
          code: 'PROVIDER_UNAVAILABLE',
          remedies: [{ kind: 'WAIT', at: expect.any(String) }],
        })
        expect(await rowsOf(buyer.email)).toMatchObject([{ status: 'CREATING' }])
        await server.sandboxControl('DELETE', 'faults')
        const page = await ask(buyer)
        expect(page).toMatchObject({ __typename: 'Checkout', status: 'OPEN' })
        expect(await rowsOf(buyer.email)).toMatchObject([{ status: 'OPEN', session_id: page.providerReference }])
      },
    )
  })

  it(`returns 503 with a retry time, never 500, for three 429 responses over REST (${provider.name})`, async () => {
    const token = await server.token('busy@example.com')
    await server.sandboxControl('POST', 'faults', {
      match: { method: 'POST', path: provider.pagePaths.plan },
      action: '429',
      times: 3,
    })
    const body = { plan_name: 'plus', payment_method: provider.name.toLowerCase() }
    const answer = await server.rest('POST', '/billing/start', { token, body })
    expect(answer).toMatchObject({ status: 503, body: { code: 'PROVIDER_UNAVAILABLE' } })
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it.each(['html502', 'no_error_404', 'malformed', '500'])(
    `retries %s while reading a payment, and grants once (${provider.name})`,
    async (action) => {
      const buyer = await named(`read-${action.replace('_', '-')}@example.com`)
      const page = await buyer.start<Page>('purchaseTemplate', { templateId: template })
      await server.sandboxControl('POST', 'faults', { match: { method: 'GET' }, action, times: 3 })
      await buyer.pay(page.providerReference)
      await eventually(
        async () => {
          await retryNow(server)
          return buyer.account()
        },
        ({ purchases }) => purchases.nodes[0]?.status === 'PAID',
      )
      expect(await buyer.account()).toMatchObject({
        purchases: { totalCount: 1 },
        purchasedTemplates: [{ slug: 'static-site' }],
      })
    },
  )

  it(`quarantines a payment that does not match, grants nothing, and logs it (${provider.name})`, async () => {
    const buyer = await named('other@example.com')
    const page = await buyer.start<Page>('purchaseTemplate', { templateId: template })
    await server.query(`update checkout set amount_minor = 1 where id = $1`, [page.id])
    await buyer.pay(page.providerReference)
    await eventually(
      () => rowsOf(buyer.email),
      ([row]) => row!.status === 'QUARANTINED',
    )
    expect(await buyer.account()).toMatchObject({ purchases: { nodes: [] }, purchasedTemplates: [] })
    await server.query(`update checkout set amount_minor = 3000 where id = $1`, [page.id])
    expect(server.logLines.some((line) => line.includes('checkout quarantined'))).toBe(true)
  })
})

describe.each(PROVIDERS)('Amounts in all kinds of currencies ($name)', (provider) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  it.each([
    ['JPY', 500, '500'],
    ['USD', 50, '0.50'], // the smallest charge in USD: no price may be lower
    ['EUR', 123_456, '1234.56'],
    ['HUF', 100_000, '1000.00'],
  ])(`%s: charges %i minor units unchanged (${provider.name})`, async (currency, amountMinor, decimal) => {
    const templateId = await pricedTemplate(server, 'static-site', {
      amountMinor,
      currency,
      interval: null,
    })
    const buyer = await BuyerBy.of(server, provider)(`${currency.toLowerCase()}-${amountMinor}@example.com`)
    await buyer.buy('purchaseTemplate', { templateId, currency })
    const { data } = await server.graphql<{ account: { billing: { purchases: { nodes: object[] } } } }>(
      `{ account { billing { purchases { nodes { status money { amountMinor currency decimal } } } } } }`,
      {},
      buyer.token,
    )
    expect(data.account.billing.purchases.nodes).toEqual([
      { status: 'PAID', money: { amountMinor, currency, decimal } },
    ])
  })
})
