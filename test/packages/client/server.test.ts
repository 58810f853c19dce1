import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createStackgate } from '@stackgate/client'
import {
  Account,
  Check,
  EntitlementChanges,
  RevokeAccountSessions,
  StartSubscription,
} from '@stackgate/client/documents'
import { fetchGate, Stackgate, stackgateHandler, type Identity } from '@stackgate/client/server'
import { expressHandler, gate as expressGate, type ExpressRequest } from '@stackgate/client/server/express'
import { gate as fastifyGate } from '@stackgate/client/server/fastify'
import { gate as honoGate } from '@stackgate/client/server/hono'
import { fastify } from 'fastify'
import { eventually, freePort, startTestServer, type TestServer } from '#test/support/test-server.js'

const FEATURE = 'ai_stories'
const MISSING = 'sso'

describe('@stackgate/client/server', () => {
  let server: TestServer
  let stackgate: Stackgate
  let customers = 0
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    const secretKey = await server.serviceKey(['entitlements:write', 'billing:write', 'accounts:write'])
    stackgate = new Stackgate({ secretKey, url: server.url })
  })
  afterAll(async () => {
    stackgate.close()
    await server.close()
  })
  const unused = () => `customer-${++customers}`

  it('gates, sells and counts for a customer who never signed in', async () => {
    const customer = unused()
    expect(await stackgate.check({ customer, feature: FEATURE })).toMatchObject({ allowed: true })
    expect(await stackgate.check({ customer, feature: FEATURE, amount: 100 })).toMatchObject({
      allowed: false,
      denial: { code: 'QUOTA_EXCEEDED' },
    })
    const started = await stackgate.checkout({
      customer,
      plan: 'professional',
      provider: 'STRIPE',
      email: 'a@example.com',
    })
    if (!started.ok) throw new Error(started.denial.message)
    await server.sandboxControl('POST', `checkouts/${started.value.providerReference}/pay`, {})
    await eventually(
      () => stackgate.check({ customer, feature: FEATURE, amount: 100 }),
      ({ allowed }) => allowed,
    )
    expect(await stackgate.consume({ customer, feature: FEATURE, amount: 2, key: 'job-1' })).toMatchObject({ ok: true })
    expect(await stackgate.track([{ customer, feature: FEATURE, amount: 3, key: 'job-2' }])).toMatchObject({
      accepted: 1,
    })
    expect((await stackgate.check({ customer, feature: FEATURE })).entitlement).toMatchObject({ used: 5 })
    expect(await stackgate.portal({ customer })).toMatchObject({ ok: true, value: { url: expect.any(String) } })
    expect(await stackgate.cancel({ customer })).toMatchObject({ ok: true })
    expect(await stackgate.resume({ customer })).toMatchObject({ ok: true })
    expect(await stackgate.upsertCustomer({ customer, name: 'Acme', metadata: { tier: 'a' } })).toMatchObject({
      ok: true,
      value: { name: 'Acme', metadata: { tier: 'a' } },
    })
  })

  it('keeps what is left out of a customer, and removes what is null', async () => {
    const customer = unused()
    const given = { billingEmail: 'a@example.com', language: 'de', timeZone: 'Europe/Berlin', metadata: { tier: 'a' } }
    const nothing = { billingEmail: null, language: null, timeZone: null, metadata: null }
    const upsert = async (input: Partial<Record<keyof typeof given, unknown>>) => {
      const stored = await stackgate.upsertCustomer({ ...(input as typeof given), customer })
      if (!stored.ok) throw new Error(stored.denial.message)
      return stored.value
    }
    await upsert(given)
    for (const unchanged of [{}, { billingEmail: undefined, metadata: undefined }, { metadata: {} }])
      expect(await upsert(unchanged)).toMatchObject(given)
    expect(await upsert(nothing)).toMatchObject({ ...nothing, metadata: {} })
  })

  it('needs a key', () => {
    expect(() => new Stackgate({ secretKey: '', url: server.url })).toThrow('set STACKGATE_SECRET_KEY')
  })

  describe('handler', () => {
    const origin = 'https://app.example.com'
    const post = (query: string, headers: Record<string, string> = {}) =>
      new Request(`${origin}/api/stackgate`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', host: 'app.example.com', ...headers },
        body: JSON.stringify({ query }),
      })
    const handlerFor = (identity: Identity | null) => stackgateHandler({ stackgate, identify: () => identity })
    const bodyOf = async (response: Promise<Response>) => (await response).json() as Promise<never>

    it('serves only the customer of the session', async () => {
      const [ann, bob] = [unused(), unused()]
      const handle = handlerFor({ customer: ann, name: 'Ann', email: 'ann@example.com' })
      const query = '{ account { externalId name billingEmail viewerCan } }'
      expect(await bodyOf(handle(post(query)))).toEqual({
        data: {
          account: {
            externalId: ann,
            name: 'Ann',
            billingEmail: 'ann@example.com',
            viewerCan: ['ACCOUNT_READ', 'MEMBERS_READ', 'ENTITLEMENTS_READ', 'BILLING_READ', 'BILLING_MANAGE'],
          },
        },
      })
      await stackgate.check({ customer: bob, feature: FEATURE })
      expect(await bodyOf(handle(post(`{ account(id: "customer:${bob}") { id } }`)))).toMatchObject({
        data: { account: null },
      })
      const sessions = await server.query(
        `select 1 from service_key k join account a on a.id = k.account_id where a.external_id = $1`,
        [ann],
      )
      expect(sessions).toHaveLength(1)
    })

    it('gives a visitor without a session what is public, and nothing else', async () => {
      const handle = handlerFor(null)
      const body: { data: { plans: { code: string }[]; account: null } } = await bodyOf(
        handle(post('{ plans { code } account { id } }')),
      )
      expect(body.data.account).toBeNull()
      expect(body.data.plans.map(({ code }) => code)).toContain('professional')
      const sale = 'mutation { startSubscription(input: { plan: "professional" }, key: "visitor") { denial { code } } }'
      expect(await bodyOf(handle(post(sale)))).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] })
    })

    it('makes another session and repeats the request once after the sessions of the customer were revoked', async () => {
      const customer = unused()
      const handle = handlerFor({ customer, name: 'Cy' })
      const sessions = () =>
        server.query(`select k.id from service_key k join account a on a.id = k.account_id where a.external_id = $1`, [
          customer,
        ])
      const read = async () => bodyOf(handle(post('{ account { externalId } }')))
      const own = { data: { account: { externalId: customer } } }
      expect(await read()).toEqual(own)
      const accountId = `customer:${customer}`
      await stackgate.client.mutate(RevokeAccountSessions, { account: accountId })
      expect(await Promise.all([read(), read(), read()])).toEqual([own, own, own])
      expect(await sessions()).toHaveLength(2)
      // A mutation of a rejected session was not executed.
      await stackgate.client.mutate(RevokeAccountSessions, { account: accountId })
      const sale = `mutation { startSubscription(input: { plan: "professional", provider: STRIPE, userEmail: "c@example.com" }, key: "again") {
        checkout { status }
      } }`
      expect(await bodyOf(handle(post(sale)))).toMatchObject({
        data: { startSubscription: { checkout: { status: 'OPEN' } } },
      })
    })

    it('responds with 401 for the text of a missing ID, which the server refuses', async () => {
      const response = await handlerFor({ customer: String(undefined), name: 'Nobody' })(post('{ account { id } }'))
      expect([response.status, await response.json()]).toEqual([
        401,
        { errors: [{ message: expect.stringContaining("'undefined'"), extensions: { code: 'UNAUTHENTICATED' } }] },
      ])
      const guarded = fetchGate({ stackgate, identify: () => ({ customer: String(null) }) })
      const gated = await guarded(FEATURE, () => new Response('passed'))(new Request(origin))
      expect([gated.status, await gated.json()]).toMatchObject([401, { code: 'UNAUTHENTICATED' }])
    })

    it('responds with 503 if Stackgate does not respond', async () => {
      const unreachable = new Stackgate({ secretKey: 'sk_test_none', url: `http://127.0.0.1:${await freePort()}` })
      const response = await stackgateHandler({ stackgate: unreachable, identify: () => null })(
        post('{ plans { code } }'),
      )
      expect([response.status, await response.json()]).toEqual([
        503,
        { errors: [{ message: expect.stringContaining('No response'), extensions: { code: 'NETWORK' } }] },
      ])
      unreachable.close()
    })

    it('refuses requests of other sites, with which a browser sends the cookies of the session', async () => {
      const handle = handlerFor({ customer: unused() })
      for (const headers of [
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
        { origin: 'https://evil.example' },
        { origin: 'https://evil.example', 'content-type': 'text/plain' },
        { origin: 'null' },
      ])
        expect((await handle(post('{ __typename }', headers as never))).status).toBe(403)
      expect((await handle(post('{ __typename }', { origin, 'sec-fetch-site': 'same-origin' }))).status).toBe(200)
    })
  })

  describe('in frameworks', () => {
    const identify = (request: { readonly headers: Record<string, unknown> }): Identity | null => {
      const customer = request.headers['x-user']
      return typeof customer === 'string' ? { customer } : null
    }
    const servers: Server[] = []
    afterAll(() => servers.forEach((one) => one.close()))

    async function listen(handle: Parameters<typeof createServer>[1]): Promise<string> {
      const listening = createServer(handle)
      servers.push(listening)
      await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
      return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`
    }

    it('gates routes of Express, and serves its browser with streams', async () => {
      const customer = unused()
      const options = { stackgate, identify: (request: ExpressRequest) => identify(request) }
      const gate = expressGate(options)
      const serve = expressHandler(options)
      const failed = (response: { end(text: string): unknown }) => (error?: unknown) =>
        response.end(error instanceof Error ? error.message : 'passed')
      const url = await listen((request, response) => {
        if (request.url!.startsWith('/api/stackgate')) void serve(request, response, failed(response))
        else void gate(request.url!.slice(1))(request, response, failed(response))
      })
      const get = async (path: string, headers: Record<string, string> = { 'x-user': customer }) => {
        const response = await fetch(`${url}/${path}`, { headers })
        return { status: response.status, text: await response.text() }
      }
      expect(await get(FEATURE)).toEqual({ status: 200, text: 'passed' })
      expect(await get(FEATURE, {})).toMatchObject({ status: 401 })
      const denied = await get(MISSING)
      expect(denied.status).toBe(402)
      expect(JSON.parse(denied.text)).toMatchObject({ code: 'FEATURE_NOT_INCLUDED', remedies: expect.any(Array) })

      const browser = createStackgate({
        url: `${url}/api/stackgate`,
        transport: 'sse',
        fetch: (address, init) =>
          fetch(address, { ...init, headers: { ...(init?.headers as object), 'x-user': customer } }),
      })
      expect((await browser.request(Account)).account).toMatchObject({ externalId: customer })
      expect((await browser.request(Check, { feature: FEATURE })).check!.allowed).toBe(true)
      const paid = await browser.mutate(StartSubscription, {
        input: { plan: 'professional', provider: 'STRIPE', userEmail: 'b@example.com' },
        key: 'k',
      })
      expect(paid.ok).toBe(true)
      expect((await get('time_travel')).text).toBe("Feature 'time_travel' not found.")
      expect((await get('ai_storys')).text).toBe("Feature 'ai_storys' not found. Did you mean 'ai_stories'?")

      const changes = browser.stream(EntitlementChanges, {})
      void stackgate.consume({ customer, feature: FEATURE, amount: 1 })
      const seen: unknown[] = []
      for await (const item of changes) {
        seen.push(item)
        if (JSON.stringify(item).includes('"used":1')) break
      }
      expect(seen.length).toBeGreaterThan(0)
      browser.close()
    })

    it('responds with 503 in each framework if Stackgate does not respond, unless the application has a policy', async () => {
      const url = `http://127.0.0.1:${await freePort()}`
      const broken = new Stackgate({ secretKey: 'sk_test_none', url })
      const options = { stackgate: broken, identify: () => ({ customer: 'cut-off' }) }
      const gate = expressGate(options)
      const address = await listen((request, response) => {
        void gate(FEATURE)(request, response, (error) => response.writeHead(500).end(String(error)))
      })
      const app = fastify()
      app.get('/', { preHandler: fastifyGate(options)(FEATURE) }, () => 'passed')
      const request = new Request('https://app.example.com/')
      const [express, fromFastify, hono, plain] = await Promise.all([
        fetch(address),
        app.inject({ url: '/' }),
        honoGate(options)(FEATURE)({ req: { raw: request } }, () => Promise.resolve()) as Promise<Response>,
        fetchGate(options)(FEATURE, () => new Response('passed'))(request),
      ])
      expect([express.status, fromFastify.statusCode, hono.status, plain.status]).toEqual([503, 503, 503, 503])
      expect(await express.json()).toMatchObject({ error: 'Unavailable', code: 'UNAVAILABLE', remedies: [] })
      await app.close()
      const open = new Stackgate({ secretKey: 'sk_test_none', url, onUnavailable: 'allow' })
      const passed = await fetchGate({ ...options, stackgate: open })(FEATURE, () => new Response('passed'))(request)
      expect(await passed.text()).toBe('passed')
      broken.close()
      open.close()
    })

    it('gates routes of Fastify', async () => {
      const app = fastify()
      const gate = fastifyGate({
        stackgate,
        identify,
      })
      app.get('/yes', { preHandler: gate(FEATURE) }, () => 'passed')
      app.get('/no', { preHandler: gate(MISSING) }, () => 'passed')
      const get = (url: string, headers = { 'x-user': 'fastify' } as Record<string, string>) =>
        app.inject({ url, headers })
      expect((await get('/yes')).body).toBe('passed')
      expect((await get('/no')).statusCode).toBe(402)
      expect((await get('/yes', {})).statusCode).toBe(401)
      await app.close()
    })

    it('gates routes of Hono and of every framework with requests and responses of the platform', async () => {
      const ofRequest = (request: Request) => identify({ headers: Object.fromEntries(request.headers) })
      const request = new Request('https://app.example.com/', { headers: { 'x-user': 'hono' } })
      const guarded = fetchGate({ stackgate, identify: ofRequest })
      expect(await (await guarded(FEATURE, () => new Response('passed'))(request)).text()).toBe('passed')
      expect((await guarded(MISSING, () => new Response('passed'))(request)).status).toBe(402)
      const gate = honoGate({ stackgate, identify: ({ req }: { req: { raw: Request } }) => ofRequest(req.raw) })
      let passed = 0
      const next = () => Promise.resolve(void passed++)
      expect(await gate(FEATURE)({ req: { raw: request } }, next)).toBeUndefined()
      expect((await gate(MISSING)({ req: { raw: request } }, next)) as Response).toMatchObject({ status: 402 })
      expect(passed).toBe(1)
    })
  })
})
