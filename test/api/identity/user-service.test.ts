import { Viewer, DeploymentEligibility, Plans } from '@stackgate/client/documents'
import { eventually, type TestServer } from '#test/support/test-server.js'
import { MarketplaceClient } from '#test/support/marketplace-client.js'
import { PROFILE, startServerWith, startUserService, type TestUserService } from '#test/support/user-service.js'
import { loadCatalog } from '#services/catalog/load/load-catalog.js'
import { readCatalogFile } from '#services/catalog/load/read-catalog-file.js'
import { importPlansAndPrices } from '#services/marketplace/user-service/import-plans-and-prices.js'
import { TOKEN_CACHE_MS } from '#services/identity/authenticate/authenticate.js'
import { setTemplatePrice } from '#test/support/template-purchases.js'
import { templateId } from '#test/support/deployments.js'

describe('User Service integration', () => {
  let service: TestUserService
  const servers: TestServer[] = []
  beforeAll(async () => {
    service = await startUserService()
  })
  beforeEach(() => {
    service.calls.length = 0
    service.override = null
    service.profiles.clear()
    service.profiles.set('opaque-of-ann', PROFILE)
    service.profiles.set('opaque-of-bob', { user: { _id: 'b-7', email: 'bob@example.com', products: [] } })
  })
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close()
  })
  afterAll(() => service.close())

  async function open(tokenCacheMs?: number, env: Record<string, string> = {}): Promise<TestServer> {
    const server = await startServerWith(service, tokenCacheMs, env)
    servers.push(server)
    return server
  }
  const me = (server: TestServer, token: string) =>
    server.rest('GET', '/oauth_server/api/me', { token }) as Promise<{
      status: number
      body: {
        email: string
        _id: string
        plan: { name: string }
        products: { external_id: unknown }[]
        purchased_templates: unknown[]
      }
    }>
  const metrics = async (server: TestServer) => (await server.rest('GET', '/metrics')).body as unknown as string

  it('signs in the owner of a User Service token, and no other user', async () => {
    const server = await open()
    expect(await me(server, 'opaque-of-ann')).toMatchObject({
      status: 200,
      body: { email: 'ann@example.com', _id: '42' },
    })
    expect(await me(server, 'opaque-of-bob')).toMatchObject({
      status: 200,
      body: { email: 'bob@example.com', _id: 'b-7' },
    })
    expect((await me(server, 'opaque-of-nobody')).status).toBe(401)
    const { data } = await server.graphql(Viewer, {}, 'opaque-of-ann')
    expect(data.viewer!.user.email).toBe('ann@example.com')
    // Tokens that are signed for us need no question.
    service.calls.length = 0
    expect((await me(server, await server.token('local@example.com'))).body.email).toBe('local@example.com')
    expect(service.calls).toEqual([])
  })

  it('shares one verification among three hundred concurrent requests; a revoked token stops working within the interval', async () => {
    expect(TOKEN_CACHE_MS).toBeGreaterThanOrEqual(30_000)
    expect(TOKEN_CACHE_MS).toBeLessThanOrEqual(60_000)
    const server = await open(1_500)
    const began = performance.now()
    const statuses = await Promise.all(
      Array.from({ length: 300 }, async () => (await me(server, 'opaque-of-ann')).status),
    )
    expect(new Set(statuses)).toEqual(new Set([200]))
    const requested = service.callsTo('/oauth_server').length
    expect(requested).toBeGreaterThanOrEqual(1)
    // A slow machine may have repeated the call once per interval.
    expect(requested).toBeLessThanOrEqual(1 + Math.ceil((performance.now() - began) / 1_500))
    service.profiles.delete('opaque-of-ann')
    const { status } = await eventually(
      () => me(server, 'opaque-of-ann'),
      ({ status: seen }) => seen !== 200,
      10_000,
    )
    expect(status).toBe(401)
  })

  it('keeps connections alive: two hundred requests open at most eight', async () => {
    const server = await open()
    const before = service.connections
    for (let person = 0; person < 200; person++)
      service.profiles.set(`opaque-${person}`, {
        _id: person + 1000,
        email: `person-${person}@example.com`,
        products: [],
      })
    for (let round = 0; round < 10; round++)
      await Promise.all(Array.from({ length: 20 }, (_, index) => me(server, `opaque-${round * 20 + index}`)))
    expect(service.callsTo('/oauth_server')).toHaveLength(200)
    expect(service.connections - before).toBeLessThanOrEqual(8)
  })

  it('starts while it is down, accepts no unverified token, and fails fast after a few failures', async () => {
    service.override = () => ({ status: 503 })
    const server = await open()
    expect((await server.rest('GET', '/health/ready')).status).toBe(200)
    const first = await me(server, 'opaque-of-ann')
    expect([first.status, (first.body as unknown as { code: string }).code]).toEqual([503, 'UNAVAILABLE'])
    for (let times = 0; times < 4; times++) await me(server, 'opaque-of-ann')
    const text = await metrics(server)
    expect(text).toMatch(
      /stackgate_upstream_calls_total\{upstream="user_service",route="me",outcome="server_error"\} [1-9]/,
    )
    expect(text).toMatch(/stackgate_upstream_retries_total\{upstream="user_service",route="me"\} [1-9]/)
    expect(text).toMatch(
      /stackgate_upstream_calls_total\{upstream="user_service",route="me",outcome="circuit_open"\} [1-9]/,
    )
    expect(text).toContain('stackgate_upstream_circuit_open{upstream="user_service"} 1')
    service.override = null
    await eventually(
      () => me(server, 'opaque-of-ann'),
      ({ status }) => status === 200,
      20_000,
    )
    expect(await metrics(server)).toContain('stackgate_upstream_circuit_open{upstream="user_service"} 0')
    await me(server, 'opaque-of-nobody')
    expect(await metrics(server)).toMatch(/route="me",outcome="auth_failure"\} 1/)
  })

  it('times out without a response and counts it', async () => {
    const server = await open()
    service.override = ({ path }) => (path.startsWith('/oauth_server') ? { status: 200, hang: true } : undefined)
    expect((await me(server, 'opaque-of-ann')).status).toBe(503)
    expect(await metrics(server)).toMatch(/route="me",outcome="timeout"\} [1-9]/)
  })

  it("applies a user's plans and products of the User Service, and removes them when they end there", async () => {
    const server = await open(200, { USER_SERVICE_OWNS_ENTITLEMENTS: 'true', USER_SERVICE_PLANS: 'professional=plus' })
    const admin = await server.token('admin@example.com', { roles: ['admin'] })
    const template = await templateId(server, 'static-site')
    await setTemplatePrice(server, admin, template, { amountMinor: 900, currency: 'USD', interval: null })
    service.profiles.set('opaque-of-ann', {
      ...PROFILE,
      plan: { name: 'professional', date_end: '2026-02-20' },
      products: [
        {
          product_id: 'x',
          product_type: 'template',
          external_id: template,
          code: 'static-site',
          name: 'S',
          price: '9.00',
          owned_since: '2025-01-15T00:00:00Z',
        },
      ],
    })
    const seen = await me(server, 'opaque-of-ann')
    expect(seen.body).toMatchObject({
      plan: { name: 'plus', date_end: '2026-02-20' },
      products: [{ external_id: template }],
      purchased_templates: [template],
    })
    expect(
      (await server.graphql(DeploymentEligibility, { template }, 'opaque-of-ann')).data.template!.eligibility!.allowed,
    ).toBe(true)
    service.profiles.set('opaque-of-ann', { ...PROFILE, plan: { name: 'galactic' }, products: [] })
    await eventually(
      () => me(server, 'opaque-of-ann'),
      ({ body }) => body.plan.name === 'free' && body.products.length === 0,
    )
    expect(
      (await server.graphql(DeploymentEligibility, { template }, 'opaque-of-ann')).data.template!.eligibility!.allowed,
    ).toBe(false)
  })

  it('offers the plans and products of the User Service at its prices if it owns them', async () => {
    const plans = service.plans
    const requests = () => service.callsTo('/api/1.0/products').length
    const earlier = requests()
    const server = await open(200, { USER_SERVICE_OWNS_ENTITLEMENTS: 'true', USER_SERVICE_PLANS: 'professional=plus' })
    // The import at the start reads the products after it has applied the plans.
    await eventually(requests, (count) => count > earlier)
    const take = () => importPlansAndPrices(server.app.context, server.app.context.userService!)
    const template = async () =>
      (
        await server.graphql<{ template: { id: string; isPaid: boolean; price: { money: object; interval: string } } }>(
          `{ template(by: { slug: "static-site" }) { id isPaid price { money { amountMinor currency } interval { unit count } } } }`,
        )
      ).data.template
    const offered = async () => (await server.graphql(Plans, {})).data.plans.map(({ code }) => code)
    const { id, isPaid } = await template()
    expect(isPaid).toBe(false)
    expect(await offered()).toContain('individual')

    const published = { product_id: 'p-1', product_type: 'template', external_id: id, code: 'static-site', name: 'S' }
    service.products.set(id, {
      ...published,
      price: '12.50',
      currency: 'USD',
      billing_cycle: 'monthly',
      is_active: true,
    })
    // A hundred other products, unknown here, are on the pages before and after it.
    for (let other = 0; other < 130; other++)
      service.products.set(`other-${other}`, { ...published, external_id: `other-${other}`, price: '1.00' })
    service.plans = ['free', 'professional', 'galactic'].map((name) => ({ name }))
    await take()
    expect(await template()).toMatchObject({
      isPaid: true,
      price: { money: { amountMinor: 1250, currency: 'USD' }, interval: { unit: 'MONTH', count: 1 } },
    })
    expect(await offered()).toEqual(['free', 'plus'])
    expect(service.callsTo('/api/1.0/products').map(({ authorization }) => authorization)).toContain(
      'Bearer the-service-token',
    )
    // Reloading the file restores nothing, and the same response changes nothing.
    await loadCatalog(server.app.context.database, readCatalogFile(server.app.context.config.catalog))
    await server.app.context.catalog.reload()
    expect([await offered(), await take()]).toEqual([['free', 'plus'], 0])

    // A new price without an interval keeps the interval. An unreadable price changes nothing. A product that is not
    // sold there is not sold here.
    const bare = { ...published, price: '13.00' }
    service.products.set(id, bare)
    expect(await take()).toBe(1)
    expect((await template()).price).toEqual({
      money: { amountMinor: 1300, currency: 'USD' },
      interval: { unit: 'MONTH', count: 1 },
    })
    service.products.set(id, { ...bare, price: '13.001' })
    expect(await take()).toBe(0)
    service.products.set(id, { ...bare, is_active: false })
    expect([await take(), (await template()).isPaid]).toEqual([1, false])

    // A price that was set here and not pushed yet is not overwritten by an older value of the service.
    service.products.set(id, bare)
    expect(await take()).toBe(1)
    service.override = ({ path }) => (path.startsWith('/marketplace/sync') ? { status: 503 } : undefined)
    const admin = await server.token('admin@example.com', { roles: ['admin'] })
    await new MarketplaceClient(server, admin).price(id, 4000)
    expect(await take()).toBe(0)
    expect((await template()).price.money).toEqual({ amountMinor: 4000, currency: 'USD' })

    // A response without a known plan ends no sale.
    service.plans = []
    await take()
    expect(await offered()).toEqual(['free', 'plus'])
    service.plans = plans
    service.products.clear()
    await take()
    expect(await offered()).toContain('individual')
  })

  it('returns products in the format of the integrations', async () => {
    const server = await open()
    const about = {
      action: 'template_approved',
      stack_template_id: 12345,
      external_id: 12345,
      code: 'ai-agent-stack',
      name: 'AI Agent Stack',
      description: '',
      price: 99.99,
      vendor_user_id: 456,
      vendor_name: 'John Doe',
    }
    const { status } = await server.rest('POST', '/marketplace/sync', {
      token: 'the-service-token',
      body: { ...about, code: 'ai-agent-stack-synced' },
    })
    expect(status).toBe(200)
    const products = async (query: string) =>
      (await server.rest('GET', `/api/1.0/products?${query}`)).body as {
        _items: Record<string, unknown>[]
        _meta: { total: number }
      }
    const [product] = (await products('external_id=12345&product_type=template'))._items
    expect(product).toMatchObject({
      product_type: 'template',
      code: 'ai-agent-stack-synced',
      external_id: 12345,
      name: 'AI Agent Stack',
      price: '99.99',
      currency: 'USD',
      billing_cycle: 'one_time',
      is_active: true,
      vendor_user_id: '456',
      vendor_name: 'John Doe',
    })
    expect((await products(`where=${encodeURIComponent('{"external_id": 12345}')}`))._items).toEqual([product])
    expect((await products('vendor_user_id=456'))._items).toEqual([product])
    expect((await products('external_id=54321'))._items).toEqual([])
    expect(await products('product_type=plan&max_results=1')).toMatchObject({
      _items: [{ product_type: 'plan' }],
      _meta: { page: 1, max_results: 1 },
    })
    expect((await server.rest('GET', '/api/1.0/products?where=nonsense')).status).toBe(400)
    expect((await server.rest('GET', '/api/1.0/products?max_results=100000')).status).toBe(400)
  })

  it('compresses integration responses with br or gzip, without unused fields', async () => {
    const old = service.categories
    service.categories = Array.from({ length: 60 }, (_, index) => ({
      _id: index + 100,
      name: `shelf-${index}`,
      title: `Shelf ${index}`,
      priority: index,
      long_text: 'x'.repeat(500),
    }))
    const server = await open()
    service.categories = old
    await eventually(
      async () => ((await server.rest('GET', '/api/1.0/category')).body as unknown[]).length,
      (count) => count > 60,
    )
    const seen = []
    for (const encoding of ['br', 'gzip']) {
      const response = await fetch(`${server.url}/api/1.0/category`, { headers: { 'accept-encoding': encoding } })
      const body = (await response.json()) as object[]
      seen.push([response.headers.get('content-encoding'), body.length > 60, Object.keys(body.at(-1)!)])
    }
    expect(seen).toEqual([
      ['br', true, ['_id', 'name', 'title', 'priority']],
      ['gzip', true, ['_id', 'name', 'title', 'priority']],
    ])
  })
})
