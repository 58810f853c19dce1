import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const BUY = `mutation ($input: PurchaseTemplateInput!) {
  purchaseTemplate(input: $input) {
    __typename
    ... on Checkout { id sessionId status url interval money { amountMinor currency } product { type code externalId } }
    ... on Refused { code message field remedies { kind mutation at } }
    ... on RateLimited { code retryAfterMs }
  }
}`

const DEPLOY = `mutation ($input: StartDeploymentInput!) {
  startDeployment(input: $input) {
    __typename
    ... on DeploymentStarted { deployment { hash status } }
    ... on TemplateNotPurchased { code message templateId templateName price { money { decimal currency } interval } remedies { kind mutation target { id } } }
    ... on Denial { code message }
  }
}`

interface Purchased {
  purchaseTemplate: { __typename: string; id: string; sessionId: string; code: string; field: string; status: string }
}

describe('Template purchase', () => {
  let server: TestServer
  let admin: string
  /** One-time template without a required plan, so that only the purchase is denied. */
  let once: string
  /** Sold by the month. */
  let monthly: string

  const setPrice = async (templateId: string, price: object) =>
    server.graphql<{ setTemplatePrice: { __typename: string; code?: string; price?: { money: { decimal: string } } } }>(
      `mutation ($input: SetTemplatePriceInput!) { setTemplatePrice(input: $input) { __typename ... on Template { isPaid price { interval money { decimal currency } } } ... on Refused { code field } } }`,
      { input: { templateId, ...price } },
      admin,
    )
  const templateId = async (slug: string) =>
    (
      await server.graphql<{ template: { id: string } }>(`query ($slug: String) { template(slug: $slug) { id } }`, {
        slug,
      })
    ).data.template.id

  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-10T09:00:00Z' })
    admin = await server.token('admin@example.com', { roles: ['admin'] })
    once = await templateId('static-site')
    monthly = await templateId('uptime-kuma')
    await setPrice(once, { amountMinor: 2900, currency: 'USD', interval: 'ONE_TIME' })
    await setPrice(monthly, { amountMinor: 500, currency: 'USD', interval: 'MONTH' })
  })
  afterAll(() => server.close())

  let serial = 0
  const buy = async (token: string | null, id: string, input: object = {}) =>
    server.graphql<Purchased>(BUY, { input: { templateId: id, idempotencyKey: `buy-${++serial}`, ...input } }, token)
  const deploy = async (token: string, id: string) =>
    (
      await server.graphql<{ startDeployment: { __typename: string; code?: string; message?: string } }>(
        DEPLOY,
        { input: { templateId: id, idempotencyKey: `deploy-${++serial}` } },
        token,
      )
    ).data.startDeployment
  const pay = (sessionId: string) => server.sandboxControl('POST', `checkouts/${sessionId}/pay`, {})
  const calls = async () =>
    (await server.sandboxControl<{ calls: { method: string; path: string }[] }>('GET', 'calls')).calls.filter(
      ({ method }) => method === 'POST',
    ).length
  const owns = async (token: string, id: string) => {
    const { data } = await server.graphql<{
      account: { purchasedTemplates: { id: string }[] }
      templateProduct: { owned: boolean; ownedSince: string | null }
    }>(
      `query ($id: String!) { account { purchasedTemplates { id } } templateProduct(externalId: $id) { owned ownedSince } }`,
      { id },
      token,
    )
    return { listed: data.account.purchasedTemplates.some((one) => one.id === id), ...data.templateProduct }
  }
  const buyAndOwn = async (token: string, id: string) => {
    const { data } = await buy(token, id)
    await pay(data.purchaseTemplate.sessionId)
    await eventually(
      () => owns(token, id),
      ({ owned }) => owned,
    )
    return data.purchaseTemplate
  }

  it('denies with the purchase and its price; after the payment the same call succeeds [MK16] [MK17] [MK20] [MK13]', async () => {
    const token = await server.token('ann@example.com')
    expect(await deploy(token, once)).toMatchObject({
      __typename: 'TemplateNotPurchased',
      code: 'TEMPLATE_NOT_PURCHASED',
      message: 'This verified pro stack requires payment. Please purchase at /billing/purchase-template (29.00 USD)',
      templateId: once,
      templateName: 'Static Site',
      price: { money: { decimal: '29.00', currency: 'USD' }, interval: 'ONE_TIME' },
      remedies: [{ kind: 'BUY_TEMPLATE', mutation: 'purchaseTemplate', target: { id: once } }],
    })
    const { data } = await buy(token, once)
    expect(data.purchaseTemplate).toMatchObject({
      __typename: 'Checkout',
      status: 'OPEN',
      interval: 'ONE_TIME',
      money: { amountMinor: 2900, currency: 'USD' },
      product: { type: 'TEMPLATE', code: 'static-site', externalId: once },
    })
    expect(await owns(token, once)).toEqual({ listed: false, owned: false, ownedSince: null })
    expect(await deploy(token, once)).toMatchObject({ code: 'TEMPLATE_NOT_PURCHASED' })
    await pay(data.purchaseTemplate.sessionId)
    await eventually(
      () => owns(token, once),
      ({ owned }) => owned,
    )
    expect(await owns(token, once)).toEqual({ listed: true, owned: true, ownedSince: '2026-03-10T09:00:00.000Z' })
    expect(await deploy(token, once)).toMatchObject({ __typename: 'DeploymentStarted' })
  })

  it('belongs to the buyer immediately on return, before the webhook [MK20]', async () => {
    const token = await server.token('quick@example.com')
    const { data } = await buy(token, once)
    await pay(data.purchaseTemplate.sessionId)
    const confirmed = await server.graphql<{ confirmCheckout: { status: string } }>(
      `mutation ($id: String!) { confirmCheckout(sessionId: $id) { status } }`,
      { id: data.purchaseTemplate.sessionId },
      token,
    )
    expect(confirmed.data.confirmCheckout.status).toBe('COMPLETED')
    expect(await deploy(token, once)).toMatchObject({ __typename: 'DeploymentStarted' })
  })

  it('does not charge an owner again, and does not call the provider [MK21]', async () => {
    const token = await server.token('twice@example.com')
    await buyAndOwn(token, once)
    const before = await calls()
    const { data } = await buy(token, once)
    expect(data.purchaseTemplate).toMatchObject({ __typename: 'Refused', code: 'ALREADY_OWNED', field: 'templateId' })
    expect(await calls()).toBe(before)
  })

  it("works over REST with the integration's field names and rejects a price from the client [MK16]", async () => {
    const token = await server.token('rest@example.com')
    const body = {
      payment_method: 'stripe',
      template_id: once,
      user_email: 'rest@example.com',
      user_domain: 'try.direct',
    }
    const purchased = await server.rest('POST', '/billing/purchase-template', { token, body })
    expect(purchased).toMatchObject({
      status: 200,
      body: {
        checkout_url: expect.stringMatching(/^http/),
        session_id: expect.stringMatching(/^cs_test_/),
        payment_id: expect.stringMatching(/^chk_/),
        template_id: once,
      },
    })
    const cheap = await server.rest('POST', '/billing/purchase-template', { token, body: { ...body, price: 1 } })
    expect(cheap.status).toBe(400)
    const unknown = await server.rest('POST', '/billing/purchase-template', {
      token,
      body: { ...body, template_id: 'tpl_unknown' },
    })
    expect(unknown).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
    const anonymous = await server.rest('POST', '/billing/purchase-template', { body })
    expect(anonymous).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } })
  })

  it('shows the product and its start in the profile for integrations, and both views agree [MK14] [MK15]', async () => {
    const token = await server.token('profile@example.com')
    const empty = await server.rest('GET', '/oauth_server/api/me', { token })
    expect(empty.body).toMatchObject({ products: [], purchased_templates: [] })
    await buyAndOwn(token, once)
    const me = (await server.rest('GET', '/oauth_server/api/me', { token })).body as {
      products: Record<string, unknown>[]
      purchased_templates: string[]
    }
    expect(me.products).toEqual([
      {
        product_id: expect.stringMatching(/^prd_/),
        product_type: 'template',
        code: 'static-site',
        external_id: once,
        name: 'Static Site',
        price: '29.00',
        owned_since: '2026-03-10T09:00:00.000Z',
      },
    ])
    expect(me.purchased_templates).toEqual([once])
  })

  it('denies the purchase of a free template or one that is no longer sold', async () => {
    const token = await server.token('free@example.com')
    const before = await calls()
    const free = await buy(token, await templateId('ghost'))
    expect(free.data.purchaseTemplate).toMatchObject({ __typename: 'Refused', code: 'NOT_FOR_SALE' })
    const foreign = await buy(token, once, { currency: 'GBP' })
    expect(foreign.data.purchaseTemplate).toMatchObject({ code: 'INVALID_PRICE', field: 'currency' })
    const unknown = await buy(token, 'tpl_unknown')
    expect(unknown.errors?.[0]?.extensions.code).toBe('NOT_FOUND')
    const evil = await buy(token, once, { successUrl: '//evil.example' })
    expect(evil.data.purchaseTemplate).toMatchObject({ code: 'INVALID_RETURN_URL', field: 'successUrl' })
    expect(await calls()).toBe(before)
  })

  it('denies purchases for other accounts and without a token', async () => {
    const stranger = await server.token('stranger@example.com')
    const forOthers = await buy(stranger, once, { accountId: 'person:ann@example.com' })
    expect(forOthers.errors?.[0]?.extensions.code).toBe('NOT_FOUND')
    expect((await buy(null, once)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED')
  })

  it('creates a new price for later buyers; owners keep their purchase, and a repeat changes nothing', async () => {
    const sold = await templateId('ghost')
    expect((await setPrice(sold, { amountMinor: 1000, currency: 'USD', interval: 'ONE_TIME' })).data).toMatchObject({
      setTemplatePrice: { isPaid: true, price: { money: { decimal: '10.00' } } },
    })
    const early = await server.token('early@example.com')
    await buyAndOwn(early, sold)
    await setPrice(sold, { amountMinor: 1500, currency: 'USD', interval: 'ONE_TIME' })
    await setPrice(sold, { amountMinor: 1500, currency: 'USD', interval: 'ONE_TIME' })
    const late = await server.token('late@example.com')
    const { data } = await buy(late, sold)
    expect(data.purchaseTemplate).toMatchObject({ money: { amountMinor: 1500 } })
    expect(await owns(early, sold)).toMatchObject({ owned: true })
    const prices = await server.query<{ amount_minor: string; active: boolean }>(
      `select amount_minor, pr.active from price pr join product p on p.id = pr.product_id where p.external_id = $1 order by pr.id`,
      [sold],
    )
    expect(prices.map(({ amount_minor: amount, active }) => [Number(amount), active])).toEqual([
      [1000, false],
      [1500, true],
    ])
  })

  it('grants a template free of charge once, by operators only', async () => {
    const token = await server.token('gift@example.com')
    expect(await owns(token, once)).toMatchObject({ owned: false })
    const give = (by: string, key: string, id = once) =>
      server.graphql<{ grantTemplate: { __typename: string; code?: string } }>(
        `mutation ($id: ID!, $key: String!) { grantTemplate(accountId: "person:gift@example.com", templateId: $id, reason: "a prize", idempotencyKey: $key) {
           __typename ... on PurchaseGranted { product { code } purchase { id } } ... on Refused { code } } }`,
        { id, key },
        by,
      )
    const granted = { __typename: 'PurchaseGranted', product: { code: 'static-site' }, purchase: null }
    expect((await give(admin, 'gift')).data.grantTemplate).toEqual(granted)
    expect((await give(admin, 'gift')).data.grantTemplate).toEqual(granted)
    expect((await give(admin, 'again')).data.grantTemplate).toMatchObject({ code: 'ALREADY_OWNED' })
    expect((await give(admin, 'free', await templateId('wordpress_plus'))).data.grantTemplate).toMatchObject({
      code: 'NOT_FOR_SALE',
    })
    expect((await give(token, 'own')).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    expect(await owns(token, once)).toMatchObject({ owned: true, listed: true })
  })

  it('lets only operators set prices, and only valid ones', async () => {
    const user = await server.token('user@example.com')
    const answer = await server.graphql(
      `mutation ($input: SetTemplatePriceInput!) { setTemplatePrice(input: $input) { __typename } }`,
      { input: { templateId: once, amountMinor: 1, currency: 'USD', interval: 'ONE_TIME' } },
      user,
    )
    expect(answer.errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    const faults: [object, string][] = [
      [{ amountMinor: 0, currency: 'USD', interval: 'ONE_TIME' }, 'INVALID_AMOUNT'],
      [{ amountMinor: 100_000_000, currency: 'USD', interval: 'ONE_TIME' }, 'INVALID_AMOUNT'],
      [{ amountMinor: 100, currency: 'USD', interval: 'YEAR' }, 'INVALID_PRICE'],
    ]
    for (const [price, code] of faults)
      expect((await setPrice(once, price)).data.setTemplatePrice).toMatchObject({ __typename: 'Refused', code })
  })

  it('renews a monthly template while paid, expires it when unpaid, and never expires a one-time purchase [PL13]', async () => {
    const token = await server.token('monthly@example.com')
    await buyAndOwn(token, once)
    const purchased = await buyAndOwn(token, monthly)
    const started = await deploy(token, monthly)
    expect(started).toMatchObject({ __typename: 'DeploymentStarted', deployment: { status: 'PENDING' } })
    await server.advanceTo('2026-04-20T09:00:00Z')
    expect(await owns(token, monthly)).toMatchObject({ owned: true, ownedSince: '2026-03-10T09:00:00.000Z' })

    const [row] = await server.query<{ customer_id: string }>(
      `select customer_id from billing_customer c join checkout k on k.account_id = c.account_id where k.id = $1`,
      [purchased.id],
    )
    await server.sandboxControl('POST', 'payments/fail-next', { customer: row!.customer_id, times: 9 })
    // The renewal of 10 May fails on the 10th, 13th, 17th and 24th; then the provider ends the subscription.
    await server.advanceTo('2026-05-12T00:00:00Z')
    expect(await owns(token, monthly)).toMatchObject({ owned: true })
    await server.advanceTo('2026-06-11T00:00:00Z')
    expect(await owns(token, monthly)).toEqual({ listed: false, owned: false, ownedSince: null })
    expect(await deploy(token, monthly)).toMatchObject({ code: 'TEMPLATE_NOT_PURCHASED' })
    expect(await owns(token, once)).toMatchObject({ owned: true })
    const running = await server.graphql<{ account: { deployments: { nodes: { status: string }[] } } }>(
      `{ account { deployments { nodes { status } } } }`,
      {},
      token,
    )
    expect(running.data.account.deployments.nodes.map(({ status }) => status)).not.toContain('STOPPED')
  })
})
