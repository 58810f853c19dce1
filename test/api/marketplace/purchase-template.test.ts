import { randomUUID } from 'node:crypto'
import { templateId } from '#test/support/deployments.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { setTemplatePrice, purchase, ownershipOf, buyAndOwn } from '#test/support/template-purchases.js'

const DEPLOY = `mutation ($input: StartDeploymentInput!, $key: String!) {
  startDeployment(input: $input, key: $key) {
    __typename
    enrolmentToken
    deployment { __typename hash status }
    denial { __typename code message template { id name } price { money { decimal currency } interval { unit count } } remedies { kind mutation subject { id } } }
  }
}`

describe('Template purchase', () => {
  let server: TestServer
  let admin: string

  /** One-time template without a required plan, so that only the purchase is denied. */
  let once: string

  /** Sold by the month. */
  let monthly: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-10T09:00:00Z' })
    admin = await server.token('admin@example.com', { roles: ['admin'] })
    once = await templateId(server, 'static-site')
    monthly = await templateId(server, 'uptime-kuma')
    await setTemplatePrice(server, admin, once, { amountMinor: 2900, currency: 'USD', interval: null })
    await setTemplatePrice(server, admin, monthly, {
      amountMinor: 500,
      currency: 'USD',
      interval: { unit: 'MONTH', count: 1 },
    })
  })
  afterAll(() => server.close())
  const deploy = async (token: string, id: string) =>
    (
      await server.graphql<{ startDeployment: { __typename: string; code?: string; message?: string } }>(
        DEPLOY,
        { input: { templateId: id }, key: randomUUID() },
        token,
      )
    ).data.startDeployment
  const pay = (providerReference: string) => server.sandboxControl('POST', `checkouts/${providerReference}/pay`, {})
  const calls = async () =>
    (await server.sandboxControl<{ calls: { method: string; path: string }[] }>('GET', 'calls')).calls.filter(
      ({ method }) => method === 'POST',
    ).length

  it('denies with the purchase and its price; after the payment the same call succeeds', async () => {
    const token = await server.token('ann@example.com')
    expect(await deploy(token, once)).toMatchObject({
      __typename: 'Denial',
      code: 'TEMPLATE_NOT_PURCHASED',
      message: 'This verified pro stack requires payment. Please purchase at /billing/purchase-template (29.00 USD)',
      template: { id: once, name: 'Static Site' },
      price: { money: { decimal: '29.00', currency: 'USD' }, interval: null },
      remedies: [{ kind: 'BUY_TEMPLATE', mutation: 'purchaseTemplate', subject: { id: once } }],
    })
    const { data } = await purchase(server, token, once)
    expect(data.purchaseTemplate).toMatchObject({
      __typename: 'Checkout',
      status: 'OPEN',
      interval: null,
      money: { amountMinor: 2900, currency: 'USD' },
      product: { type: 'TEMPLATE', code: 'static-site', externalId: once },
    })
    expect(await ownershipOf(server, token, once)).toEqual({ listed: false, owned: false, ownedSince: null })
    expect(await deploy(token, once)).toMatchObject({ code: 'TEMPLATE_NOT_PURCHASED' })
    await pay(data.purchaseTemplate.providerReference)
    await eventually(
      () => ownershipOf(server, token, once),
      ({ owned }) => owned,
    )
    expect(await ownershipOf(server, token, once)).toEqual({
      listed: true,
      owned: true,
      ownedSince: '2026-03-10T09:00:00.000Z',
    })
    expect(await deploy(token, once)).toMatchObject({ __typename: 'DeploymentPayload' })
  })

  it('belongs to the buyer immediately on return, before the webhook', async () => {
    const token = await server.token('quick@example.com')
    const { data } = await purchase(server, token, once)
    await pay(data.purchaseTemplate.providerReference)
    const confirmed = await server.graphql<{ confirmCheckout: { status: string } }>(
      `mutation ($id: String!) { confirmCheckout(by: { providerReference: $id }) { checkout { status } } }`,
      { id: data.purchaseTemplate.providerReference },
      token,
    )
    expect(confirmed.data.confirmCheckout.status).toBe('COMPLETED')
    expect(await deploy(token, once)).toMatchObject({ __typename: 'DeploymentPayload' })
  })

  it('does not charge an owner again, and does not call the provider', async () => {
    const token = await server.token('twice@example.com')
    await buyAndOwn(server, token, once)
    const before = await calls()
    const { data } = await purchase(server, token, once)
    expect(data.purchaseTemplate).toMatchObject({
      __typename: 'Denial',
      code: 'ALREADY_OWNED',
      issues: [{ path: ['templateId'] }],
    })
    expect(await calls()).toBe(before)
  })

  it("works over REST with the integration's field names and rejects a price from the client", async () => {
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

  it('accepts the stack code over REST if it names the template', async () => {
    const token = await server.token('stack@example.com')
    const buy = (stackCode: string) =>
      server.rest('POST', '/billing/purchase-template', { token, body: { template_id: once, stack_code: stackCode } })
    const { data } = await server.graphql<{ template: { slug: string; stack: string } }>(
      `query ($id: ID!) { template(by: { id: $id }) { slug stack } }`,
      { id: once },
    )
    for (const code of [once, data.template.slug, data.template.stack])
      expect(await buy(code)).toMatchObject({ status: 200, body: { template_id: once } })
    expect(await buy('another-stack')).toMatchObject({
      status: 422,
      body: { code: 'INVALID_PARAMETERS', field: 'stack_code' },
    })
  })

  it('shows the product and its start in the profile for integrations, and both views agree', async () => {
    const token = await server.token('profile@example.com')
    const empty = await server.rest('GET', '/oauth_server/api/me', { token })
    expect(empty.body).toMatchObject({ products: [], purchased_templates: [] })
    await buyAndOwn(server, token, once)
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
    const free = await purchase(server, token, await templateId(server, 'ghost'))
    expect(free.data.purchaseTemplate).toMatchObject({ __typename: 'Denial', code: 'NOT_FOR_SALE' })
    const foreign = await purchase(server, token, once, { currency: 'GBP' })
    expect(foreign.data.purchaseTemplate).toMatchObject({ code: 'INVALID_PRICE', issues: [{ path: ['currency'] }] })
    const unknown = await purchase(server, token, 'tpl_unknown')
    expect(unknown.errors?.[0]?.extensions.code).toBe('NOT_FOUND')
    const evil = await purchase(server, token, once, { successUrl: '//evil.example' })
    expect(evil.data.purchaseTemplate).toMatchObject({ code: 'INVALID_RETURN_URL', issues: [{ path: ['successUrl'] }] })
    expect(await calls()).toBe(before)
  })

  it('denies purchases for other accounts and without a token', async () => {
    const stranger = await server.token('stranger@example.com')
    const forOthers = await purchase(server, stranger, once, { accountId: 'person:ann@example.com' })
    expect(forOthers.errors?.[0]?.extensions.code).toBe('NOT_FOUND')
    expect((await purchase(server, null, once)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED')
  })

  it('renews a monthly template while paid, expires it when unpaid, and never expires a one-time purchase', async () => {
    const token = await server.token('monthly@example.com')
    await buyAndOwn(server, token, once)
    const purchased = await buyAndOwn(server, token, monthly)
    const started = await deploy(token, monthly)
    expect(started).toMatchObject({ __typename: 'DeploymentPayload', deployment: { status: 'PENDING' } })
    await server.advanceTo('2026-04-20T09:00:00Z')
    expect(await ownershipOf(server, token, monthly)).toMatchObject({
      owned: true,
      ownedSince: '2026-03-10T09:00:00.000Z',
    })

    const [row] = await server.query<{ customer_id: string }>(
      `select customer_id from billing_customer c join checkout k on k.account_id = c.account_id where k.id = $1`,
      [purchased.id],
    )
    await server.sandboxControl('POST', 'payments/fail-next', { customer: row!.customer_id, times: 9 })
    // The renewal of 10 May fails on the 10th, 13th, 17th and 24th; then the provider ends the subscription.
    await server.advanceTo('2026-05-12T00:00:00Z')
    expect(await ownershipOf(server, token, monthly)).toMatchObject({ owned: true })
    await server.advanceTo('2026-06-11T00:00:00Z')
    expect(await ownershipOf(server, token, monthly)).toEqual({ listed: false, owned: false, ownedSince: null })
    expect(await deploy(token, monthly)).toMatchObject({ code: 'TEMPLATE_NOT_PURCHASED' })
    expect(await ownershipOf(server, token, once)).toMatchObject({ owned: true })
    const running = await server.graphql<{ account: { deployments: { nodes: { status: string }[] } } }>(
      `{ account { deployments { nodes { status } } } }`,
      {},
      token,
    )
    expect(running.data.account.deployments.nodes.map(({ status }) => status)).not.toContain('STOPPED')
  })
})
