import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Stripe from 'stripe'
import { readConfig } from '#services/kernel/config/config.js'
import { Buyer } from '#test/support/buyer.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { stripeEvent, stripeSignature } from '#test/support/signed-event.js'
import { accountIdOf } from '#test/support/accounts.js'

// The testing checklist of the source "Stripe Billing Integration", item by item, by its own words.
describe('Attribution Analytics: the testing checklist of its source', () => {
  let server: TestServer
  let ann: Buyer
  let account: string
  let service: string
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'attribution' }, start: '2026-01-15T10:00:00Z' })
    ann = await Buyer.named(server, 'ann@example.com')
    account = await accountIdOf(server, ann.token)
    service = await server.serviceKey(['entitlements:write'])
  })
  afterAll(() => server.close())

  const run = async (accountId: string, amount = 1) => {
    const { status, body } = await server.rest('POST', '/api/v1/entitlements/consume', {
      token: service,
      body: { account_id: accountId, feature: 'attribution_runs', amount, idempotency_key: randomUUID() },
    })
    return { status, body: body as Record<string, unknown> }
  }
  const runsOf = async (token: string) => {
    const { data } = await server.graphql<{
      account: {
        usage: { entitlements: { feature: { code: string }; used: number; limit: number; nearLimit: boolean }[] }
      }
    }>(`{ account { usage { entitlements { feature { code } used limit nearLimit } } } }`, {}, token)
    return data.account.usage.entitlements.find(({ feature }) => feature.code === 'attribution_runs')!
  }
  const customer = async (name: string) => {
    const token = await server.token(`${name}@example.com`)
    return { token, accountId: await accountIdOf(server, token) }
  }

  describe('Local Development', () => {
    it('Stripe SDK installed: `pip install stripe>=8.0.0`', () => {
      const manifest = JSON.parse(readFileSync(join(process.cwd(), 'package.json'), 'utf8')) as {
        dependencies: Record<string, string>
      }
      expect(manifest.dependencies['stripe']).toMatch(/^\d+\.\d+\.\d+$/)
      expect(existsSync(join(process.cwd(), 'node_modules/stripe'))).toBe(true)
      expect(typeof new Stripe('sk_test_x').checkout.sessions.create).toBe('function')
    })

    it('Test keys configured in `.env`', () => {
      const env = {
        STRIPE_SECRET_KEY: 'sk_test_1',
        STRIPE_PUBLISHABLE_KEY: 'pk_test_1',
        STRIPE_WEBHOOK_SECRET: 'whsec_1',
      }
      expect(readConfig(env)).toMatchObject({
        mode: 'test',
        stripe: { secretKey: 'sk_test_1', publishableKey: 'pk_test_1', webhookSecrets: ['whsec_1'] },
      })
      expect(() => readConfig({ ...env, STRIPE_WEBHOOK_SECRET: '' })).toThrow('STRIPE_WEBHOOK_SECRET')
    })

    it('Stripe CLI listening: `stripe listen --forward-to localhost:5000/webhook/stripe`', async () => {
      const body = JSON.stringify(stripeEvent('customer.created', { id: 'cus_1', object: 'customer' }))
      const { status } = await server.rest('POST', '/webhook/stripe', {
        body,
        headers: { 'stripe-signature': stripeSignature(body, server.webhookSecret) },
      })
      expect(status).toBe(200)
    })

    it('Test checkout: Click upgrade button, complete payment with test card `4242 4242 4242 4242`', async () => {
      const { providerReference } = await ann.buy('startSubscription', { plan: 'pro' }, { card: '4242424242424242' })
      expect(providerReference).toMatch(/^cs_/)
      expect((await ann.buyerWhen(({ plan }) => plan.plan.code === 'pro')).plan.plan.code).toBe('pro')
    })

    it('Verify webhook received and subscription created in DB', async () => {
      const received = await eventually(
        () => server.query(`select state from inbox_event where type = 'checkout.session.completed'`),
        (rows) => rows.length > 0 && rows.every((row) => (row as { state: string }).state === 'PROCESSED'),
      )
      expect(received).toHaveLength(1)
      expect(await server.query(`select status, account_id from billing_subscription`)).toEqual([
        { status: 'ACTIVE', account_id: account },
      ])
    })
  })

  describe('Plan Enforcement', () => {
    it('Free tier shows upgrade CTA when limits approached', async () => {
      const free = await customer('free')
      await run(free.accountId, 79)
      expect(await runsOf(free.token)).toMatchObject({ used: 79, limit: 100, nearLimit: false })
      await run(free.accountId, 1)
      expect(await runsOf(free.token)).toMatchObject({ used: 80, nearLimit: true })
      const published = await eventually(
        async () => {
          const { data } = await server.graphql<{ account: { billing: { events: { nodes: { type: string }[] } } } }>(
            `{ account { billing { events(first: 3) { nodes { type } } } } }`,
            {},
            free.token,
          )
          return data.account.billing.events.nodes.map(({ type }) => type)
        },
        (types) => types.includes('usage.warning'),
      )
      expect(published).toContain('usage.warning')
    })

    it('API returns 402 when limits exceeded', async () => {
      const full = await customer('full')
      expect((await run(full.accountId, 100)).status).toBe(200)
      expect(await run(full.accountId)).toMatchObject({
        status: 402,
        body: {
          error: 'Plan limit exceeded',
          message: 'You have used 100/100 attribution runs this month.',
          upgrade_url: `${server.url}/admin/pricing`,
          current_plan: 'free',
        },
      })
    })

    it('Usage counter increments correctly', async () => {
      const counted = await customer('counted')
      for (const amount of [1, 2, 3]) await run(counted.accountId, amount)
      await Promise.all(Array.from({ length: 20 }, () => run(counted.accountId)))
      expect((await runsOf(counted.token)).used).toBe(26)
    })

    it('Monthly reset works (test by manually updating period_start)', async () => {
      const monthly = await customer('monthly')
      await run(monthly.accountId, 100)
      expect((await run(monthly.accountId)).status).toBe(402)
      await server.advanceTo('2026-02-01T00:00:01Z')
      expect((await runsOf(monthly.token)).used).toBe(0)
      expect((await run(monthly.accountId)).status).toBe(200)
    })
  })

  describe('Security', () => {
    it('Webhook signature verification enabled', async () => {
      const body = JSON.stringify(stripeEvent('customer.created', { id: 'cus_2', object: 'customer' }))
      const before = await server.query(`select count(*) from inbox_event`)
      for (const headers of [{}, { 'stripe-signature': stripeSignature(body, 'whsec_of_somebody_else') }])
        expect(
          (await server.rest('POST', '/webhook/stripe', { body, headers: headers as Record<string, string> })).status,
        ).toBe(400)
      expect(await server.query(`select count(*) from inbox_event`)).toEqual(before)
    })

    it('Customer email validation before creating Stripe customer', async () => {
      const eve = await Buyer.named(server, 'eve@example.com')
      expect(await eve.start('startSubscription', { plan: 'pro', userEmail: 'not an address' })).toMatchObject({
        __typename: 'Denial',
        issues: [{ path: ['userEmail'] }],
      })
      expect(
        await server.query(`select 1 from billing_customer where email like '%not an%' or email = 'eve@example.com'`),
      ).toEqual([])
    })

    it('Subscription status synced from webhooks, not client input', async () => {
      const bob = await Buyer.named(server, 'bob@example.com')
      const page = await bob.start('startSubscription', { plan: 'scale' })
      // Returning without a payment grants nothing, whatever the client sends.
      expect(await bob.confirm(page.providerReference)).toBe('OPEN')
      await server.rest('GET', `/billing/return?session_id=${page.providerReference}`)
      expect((await bob.account()).plan.plan.code).toBe('free')
      await bob.pay(page.providerReference)
      expect((await bob.buyerWhen(({ plan }) => plan.plan.code === 'scale')).plan.plan.code).toBe('scale')
    })

    it('Admin routes protected with `@admin_required`', async () => {
      const codes = []
      for (const token of [null, ann.token, service, await server.token('ops@example.com', { roles: ['admin'] })])
        codes.push(
          (await server.graphql(`{ webhookEvents(first: 1) { nodes { id } } }`, {}, token)).errors?.[0]?.extensions
            .code ?? 'ok',
        )
      expect(codes).toEqual(['UNAUTHENTICATED', 'FORBIDDEN', 'FORBIDDEN', 'ok'])
    })
  })
})
