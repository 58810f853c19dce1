import type { VariablesOf } from '@stackgate/client'
import { PlanCheck, SetChargingTerms, StartSubscription } from '@stackgate/client/documents'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { accountIdOf } from '#test/support/accounts.js'
import { Buyer } from '#test/support/buyer.js'
import { templateId } from '#test/support/deployments.js'
import { setTemplatePrice } from '#test/support/template-purchases.js'
import { expectInvariants } from '#test/support/invariants.js'
import { payPalEvent, payPalHeaders } from '#test/support/signed-paypal-event.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { cloneDatabase } from '#test/support/test-database.js'
import { startProcess } from '#test/support/server-process.js'

describe('PayPal-only installation', () => {
  let harness: TestServer
  let operator: string
  beforeAll(async () => {
    harness = await startTestServer({ env: { STRIPE_SECRET_KEY: '', STRIPE_WEBHOOK_SECRET: '', STRIPE_API_URL: '' } })
    operator = await harness.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(() => harness.close())

  it('sells, renews, reconciles and counts calls as with any other provider', async () => {
    const buyer = await Buyer.named(harness, 'ann@example.com')
    await buyer.buy('startSubscription', { plan: 'plus', provider: 'PAYPAL' })
    await harness.advanceTo('2026-02-20T00:00:00Z')
    const records = await buyer.buyerWhen(({ purchases }) => purchases.totalCount === 2)
    expect(records.plan.plan.code).toBe('plus')
    const { data, errors } = await harness.graphql<{ reconcile: object }>(
      `mutation { reconcile(input: { provider: PAYPAL }, key: "once") { reconciliationRun { error drift { nodes { kind } } } } }`,
      {},
      operator,
    )
    expect([errors, data]).toEqual([undefined, { reconcile: { error: null, drift: { nodes: [] } } }])
    const metrics = (await harness.rest('GET', '/metrics')).body as unknown as string
    for (const operation of ['subscriptions\\.create', 'subscriptions\\.get', 'webhooks_events\\.list'])
      for (const series of ['calls_total', 'call_duration_seconds_count'])
        expect(metrics).toMatch(
          new RegExp(`^stackgate_provider_${series}\\{provider="PAYPAL",operation="${operation}"[^}]*\\} [1-9]`, 'm'),
        )
  })

  it('keeps what a payment bought when it is read again after the plan was changed', async () => {
    const buyer = await Buyer.named(harness, 'dan@example.com')
    await buyer.buy('startSubscription', { plan: 'plus', provider: 'PAYPAL' })
    const invoices = () =>
      harness.query<{ id: string; fence: number; subscriptionId: string; lines: object[] }>(
        `select i.external_id as id, i.fence::int, i.subscription_id as "subscriptionId", i.lines from invoice i
         join account a on a.id = i.account_id where a.external_id = $1`,
        [buyer.email],
      )
    const [paid] = await invoices()
    const { data } = await harness.graphql<{ changePlan: { actionUrl: string } }>(
      `mutation ($input: ChangePlanInput!) { changePlan(input: $input, key: "more") { actionUrl denial { code } } }`,
      { input: { plan: 'individual', quantity: 3, at: 'PERIOD_END' } },
      buyer.token,
    )
    expect(data.changePlan.actionUrl).toContain('http')
    await buyer.pay(paid!.subscriptionId)
    const again = payPalEvent('PAYMENT.SALE.COMPLETED', { id: paid!.id, billing_agreement_id: paid!.subscriptionId })
    const body = JSON.stringify(again)
    const headers = { 'content-type': 'application/json', ...(await payPalHeaders(harness, body)) }
    await fetch(`${harness.url}/webhooks/paypal`, { method: 'POST', headers, body })
    await eventually(
      () => harness.query<{ state: string }>(`select state from inbox_event where event_id = $1`, [again.id]),
      ([event]) => event?.state === 'PROCESSED',
    )
    const [readAgain] = await invoices()
    expect(readAgain!.fence).toBeGreaterThan(paid!.fence)
    expect(readAgain!.lines).toEqual(paid!.lines)
    await expectInvariants(harness)
  })

  it('lists the available features and denies Stripe with a remedy', async () => {
    const buyer = await Buyer.named(harness, 'bob@example.com')
    const { data } = await harness.graphql<{ installation: { providers: string[] } }>(
      `{ installation { providers } }`,
      {},
      buyer.token,
    )
    expect(data.installation.providers).toEqual(['PAYPAL'])
    expect(await buyer.start('startSubscription', { plan: 'plus', provider: 'STRIPE' })).toMatchObject({
      __typename: 'Denial',
      code: 'PROVIDER_UNAVAILABLE',
      issues: [{ path: ['provider'] }],
      message: 'STRIPE is not available on this server. Available: PAYPAL.',
      remedies: [{ kind: 'CONTINUE_CHECKOUT', mutation: null, input: { input: { provider: 'PAYPAL' } } }],
    })
    const body = { plan_name: 'plus', payment_method: 'stripe' }
    const rest = await harness.rest('POST', '/billing/start', { token: buyer.token, body })
    expect(rest).toMatchObject({ status: 503, body: { code: 'PROVIDER_UNAVAILABLE' } })
    expect((await harness.rest('POST', '/webhooks/stripe', { body: {} })).status).toBe(404)
    const compared = await harness.graphql(
      `mutation { reconcile(input: { provider: STRIPE }, key: "stripe") { denial { code issues { path } message } } }`,
      {},
      operator,
    )
    expect(compared.data).toEqual({
      reconcile: {
        code: 'INVALID_PARAMETERS',
        issues: [{ path: ['provider'] }],
        message: 'STRIPE is not configured on this server (it has PAYPAL).',
      },
    })
    expect((await buyer.account()).purchases.nodes).toEqual([])
  })

  it('denies terms of invoices, which it does not send', async () => {
    const { token } = await Buyer.named(harness, 'hal@example.com')
    const accountId = await accountIdOf(harness, token)
    const { data } = await harness.graphql(
      SetChargingTerms,
      { input: { accountId, daysUntilDue: 30, reason: 'x' } },
      operator,
    )
    expect(data.setChargingTerms).toMatchObject({
      code: 'NOT_SUPPORTED_BY_PROVIDER',
      issues: [{ path: ['daysUntilDue'] }],
    })
  })

  it('accepts the input of remedies', async () => {
    const { token } = await Buyer.named(harness, 'eve@example.com')
    const { data } = await harness.graphql(PlanCheck, { plan: 'plus' }, token)
    const inputs = data.plan!.held!.denial!.remedies.flatMap(({ mutation, input }) =>
      mutation === 'startSubscription' ? [(input as VariablesOf<typeof StartSubscription>).input] : [],
    )
    expect(inputs).not.toEqual([])
    for (const input of inputs) {
      const started = await harness.graphql(StartSubscription, { input, key: `pay-${inputs.indexOf(input)}` }, token)
      expect(started.data.startSubscription).toMatchObject({ __typename: 'Checkout' })
    }
  })

  it('sells without a name of the provider', async () => {
    const buyer = await Buyer.named(harness, 'fay@example.com')
    const unnamed = { provider: undefined }
    await buyer.buy('startSubscription', { plan: 'plus', ...unnamed })
    const template = await templateId(harness, 'static-site')
    const terms = { amountMinor: 2900, currency: 'USD', interval: null }
    await setTemplatePrice(harness, operator, template, terms)
    await buyer.buy('purchaseTemplate', { templateId: template, ...unnamed })
    const { token } = await Buyer.named(harness, 'gil@example.com')
    expect(await harness.rest('POST', '/billing/start', { token, body: { plan_name: 'plus' } })).toMatchObject({
      status: 200,
      body: { checkout_url: expect.stringContaining('http') },
    })
    const { data } = await harness.graphql<{ catalogDiff: object }>(`{ catalogDiff { key } }`, {}, operator)
    expect(data).toEqual({ catalogDiff: [] })
    const providers = await harness.query<{ provider: string }>(`select distinct provider from checkout`)
    expect(providers).toEqual([{ provider: 'PAYPAL' }])
  })

  it('starts in test mode without a Stripe key; without any provider it fails with the reason', async () => {
    const database = await cloneDatabase()
    const dataDir = mkdtempSync(join(tmpdir(), 'stackgate-alone-'))
    const env = {
      MODE: 'test',
      DATABASE_URL: database.url,
      DATA_DIR: dataDir,
      SECRETS_KEY: 'a secrets key of the tests',
      AUTH_JWKS_URL: 'http://127.0.0.1:9/jwks',
      LOG_LEVEL: 'error',
    }
    try {
      const server = await startProcess({
        ...env,
        PAYPAL_CLIENT_ID: 'AbcClientOfAnApp',
        PAYPAL_CLIENT_SECRET: 'SecretOfThatApp',
        PAYPAL_WEBHOOK_ID: '5GP028458E2496506',
        PAYPAL_API_URL: 'http://127.0.0.1:9/paypal',
      })
      try {
        expect((await fetch(`${server.url}/health/ready`)).status).toBe(200)
        expect((await fetch(`${server.url}/webhooks/stripe`, { method: 'POST', body: '{}' })).status).toBe(404)
        expect((await fetch(`${server.url}/webhooks/paypal`, { method: 'POST', body: '{}' })).status).toBe(400)
      } finally {
        await server.stop()
      }
      await expect(startProcess(env)).rejects.toThrow(/STRIPE_SECRET_KEY: missing; test mode needs .* or of PayPal/)
    } finally {
      await database.drop()
      rmSync(dataDir, { recursive: true, force: true })
    }
  })
})
