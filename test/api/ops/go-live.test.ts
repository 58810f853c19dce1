import { goLive, type GoLiveResult } from '#startup/go-live.js'
import { pushToProvider } from '#startup/catalog-commands.js'
import { askPayPal, payPalEnv } from '#test/support/paypal.js'
import { makeEmptyDatabase, type EmptyDatabase } from '#test/support/empty-database.js'
import { runCommand } from '#test/support/run-command.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const STRIPE_ENDPOINT = 'https://shop.example.com/webhooks/stripe'
const PAYPAL_ENDPOINT = 'https://shop.example.com/webhooks/paypal'

describe('stackgate go-live', () => {
  let server: TestServer
  let database: EmptyDatabase
  beforeAll(async () => {
    server = await startTestServer()
    database = await makeEmptyDatabase()
  })
  afterAll(async () => {
    await server.close()
    await database.drop()
  })

  /** Settings of an operator who has keys and no webhook endpoint yet. */
  const env = (): Record<string, string> => {
    const { PAYPAL_WEBHOOK_ID: _unknown, ...paypal } = payPalEnv(server.sandbox.url)
    return {
      MODE: 'test',
      LOG_LEVEL: 'warn',
      CATALOG: 'agileforge',
      DATABASE_URL: database.url,
      DATA_DIR: server.dataDir,
      PUBLIC_URL: 'https://shop.example.com/',
      AUTH_JWKS_URL: 'http://127.0.0.1:9/jwks',
      SECRETS_KEY: 'a secrets key of the tests',
      STRIPE_SECRET_KEY: 'sk_test_sandbox_server',
      STRIPE_API_URL: server.sandbox.url,
      ...paypal,
    }
  }
  const run = (changed: Record<string, string> = {}, dryRun = false): Promise<GoLiveResult> =>
    goLive({ ...env(), ...changed }, { dryRun, say: () => undefined })
  const stripeEndpoints = async () => {
    const answer = await fetch(`${server.sandbox.url}/v1/webhook_endpoints?limit=100`, {
      headers: { authorization: 'Bearer sk_test_sandbox_server' },
    })
    const { data } = (await answer.json()) as {
      data: { id: string; url: string; enabled_events: string[]; api_version: string }[]
    }
    return data.filter(({ url }) => url === STRIPE_ENDPOINT)
  }

  it('is refused with everything that is missing', async () => {
    const { code, stderr } = await runCommand('go-live', [], { DATA_DIR: server.dataDir })
    expect(code).toBe(2)
    expect(stderr).toMatch(/STRIPE_SECRET_KEY: missing/)
    expect(stderr).toMatch(/DATABASE_URL: missing/)
    expect(stderr).toMatch(/PUBLIC_URL: http:\/\/127\.0\.0\.1:4000\/ is not a public https URL/)
  })

  it('is refused with what is missing also if settings cannot be read', async () => {
    const { code, stderr } = await runCommand('go-live', [], { DATA_DIR: server.dataDir, MODE: 'live' })
    const named = [...stderr.matchAll(/^ {2}([A-Z_]+): /gm)].map(([, name]) => name)
    expect([code, named]).toEqual([
      2,
      ['STRIPE_SECRET_KEY', 'AUTH_JWKS_URL', 'SECRETS_KEY', 'DATABASE_URL', 'PUBLIC_URL'],
    ])
  })

  it('prints the steps with --dry-run, and changes nothing', async () => {
    const { code, stdout } = await runCommand('go-live', ['--dry-run'], env())
    expect(code).toBe(0)
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^would do: database: apply \d+ migrations$/),
      'would do: STRIPE: create the products and prices of agileforge',
      'would do: PAYPAL: create the products and prices of agileforge',
      expect.stringMatching(/^would do: STRIPE: create the webhook endpoint https:.*stripe$/),
      expect.stringMatching(/^would do: PAYPAL: create the webhook endpoint https:.*paypal$/),
      '5 steps',
      '',
    ])
    expect(await stripeEndpoints()).toEqual([])
  })

  it('creates tables, products, prices and endpoints, and returns the settings of the endpoints', async () => {
    const { steps, settings, findings } = await run()
    expect(steps[0]).toMatch(/^database: apply \d+ migrations$/)
    expect(steps.filter((step) => /^(STRIPE|PAYPAL): create product/.test(step)).length).toBeGreaterThan(2)
    const [endpoint, ...others] = await stripeEndpoints()
    expect(others).toEqual([])
    expect(endpoint!.enabled_events).toContain('invoice.paid')
    const { webhooks } = await askPayPal<{ webhooks: { id: string; url: string }[] }>(
      server.sandbox.url,
      'GET',
      '/v1/notifications/webhooks',
    )
    expect(settings).toEqual([
      { name: 'STRIPE_WEBHOOK_SECRET', value: expect.stringMatching(/^whsec_/) as string },
      { name: 'PAYPAL_WEBHOOK_ID', value: webhooks.find(({ url }) => url === PAYPAL_ENDPOINT)!.id },
    ])
    const states = Object.fromEntries(findings.map(({ check, status }) => [check, status]))
    expect(states).toMatchObject({
      migrations: 'ok',
      stripe_webhook_endpoint: 'ok',
      stripe_prices: 'ok',
      paypal_webhook_endpoint: 'ok',
      paypal_prices: 'ok',
      go_live_mode: 'problem',
    })
  })

  it('continues where an earlier run ended: nothing is created twice', async () => {
    const { webhooks } = await askPayPal<{ webhooks: { id: string; url: string }[] }>(
      server.sandbox.url,
      'GET',
      '/v1/notifications/webhooks',
    )
    const { id: webhookId } = webhooks.find(({ url }) => url === PAYPAL_ENDPOINT)!
    const again = await run()
    expect(again.steps).toEqual([])
    // PayPal shows the ID again. Stripe shows the secret in its dashboard only.
    expect(again.settings).toEqual([{ name: 'PAYPAL_WEBHOOK_ID', value: webhookId }])
    expect(again.findings[0]).toMatchObject({ check: 'stripe_webhook_secret', status: 'problem' })
    const set = await run({ STRIPE_WEBHOOK_SECRET: 'whsec_of_the_tests', PAYPAL_WEBHOOK_ID: webhookId })
    expect([set.steps, set.settings]).toEqual([[], []])
    expect(set.findings.map(({ check }) => check)).not.toContain('stripe_webhook_secret')
    expect(await stripeEndpoints()).toHaveLength(1)
  })

  it('returns the secret of an endpoint, which is shown once, if a later step fails', async () => {
    const [endpoint] = await stripeEndpoints()
    await fetch(`${server.sandbox.url}/v1/webhook_endpoints/${endpoint!.id}`, {
      method: 'DELETE',
      headers: { authorization: 'Bearer sk_test_sandbox_server' },
    })
    await server.sandboxControl('POST', 'faults', {
      match: { method: 'GET', path: '/paypal/v1/notifications/webhooks' },
      action: '400',
    })
    const { settings, findings } = await run()
    await server.sandboxControl('DELETE', 'faults')
    expect(settings.map(({ name }) => name)).toEqual(['STRIPE_WEBHOOK_SECRET'])
    expect(findings).toMatchObject([{ check: 'go_live', status: 'problem' }])
    expect(await stripeEndpoints()).toHaveLength(1)
  })

  it('leaves `catalog push` usable before the endpoints exist', async () => {
    const { steps } = await pushToProvider({ env: env(), provider: 'stripe', say: () => undefined })
    expect(steps).toEqual([])
    const unnamed = pushToProvider({ env: env(), provider: undefined, say: () => undefined })
    await expect(unnamed).rejects.toThrow('name one with --provider stripe or --provider paypal')
  })
})
