import { execFile, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { stripTypeScriptTypes } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { createStackgate, type Stackgate } from '@stackgate/client'
import type { Stripe } from 'stripe'
import WebSocket from 'ws'
import { childEnvironment } from '#test/support/child-environment.js'
import { entitlementService, newAccount } from '#test/support/entitlements.js'
import { newWebhookSecret, signedWebhook } from '#test/support/package-apps.js'
import { oldStripe } from '#test/support/old-billing.js'
import { describeUnless } from '#test/support/skip.js'
import { subscribe } from '#test/support/subscribers.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const PAGE = readFileSync('docs/recipes.md', 'utf8')
const missing = ['bash', 'curl', 'jq'].filter((tool) => spawnSync('which', [tool]).status !== 0)

/** The first code block of a language below a heading. */
const sample = (heading: string, language: string): string =>
  new RegExp(`^## ${heading}$[^]*?^\`\`\`${language}\n([^]*?)^\`\`\`$`, 'm').exec(PAGE)![1]!

type Handler = (request: Request) => Promise<Response>

describe('Recipes', () => {
  const folder = mkdtempSync('node_modules/.recipes-')
  let server: TestServer
  beforeAll(async () => {
    const [, catalog] = /^```yaml\n([^]*?)^```$/m.exec(readFileSync('docs/catalog.md', 'utf8'))!
    const path = join(folder, 'catalog.yaml')
    writeFileSync(path, catalog!)
    server = await startTestServer({ env: { CATALOG: path } })
    Object.assign(process.env, {
      STACKGATE_URL: server.url,
      STACKGATE_SECRET_KEY: await server.serviceKey(['entitlements:write']),
    })
  })
  afterAll(async () => {
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Loads a block as a module of its own. */
  async function load<Module>(heading: string): Promise<Module> {
    const path = join(process.cwd(), folder, `${heading.replaceAll(/\W/g, '-')}.mjs`)
    writeFileSync(path, stripTypeScriptTypes(sample(heading, 'ts')))
    return (await import(path)) as Module
  }

  it('gate a route: consume once for each key, and deny with remedies', async () => {
    await newAccount(server, 'reader@example.com')
    const { POST } = await load<{ POST: Handler }>('Gate a route of Next.js')
    const send = async (headers: Record<string, string>) => {
      const response = await POST(new Request('http://shop.example/reports', { method: 'POST', headers }))
      return { status: response.status, body: (await response.json()) as { left?: number } }
    }
    expect(await send({ 'x-user': 'nobody@example.com', 'idempotency-key': 'report-0' })).toEqual({
      status: 404,
      body: { code: 'NOT_FOUND', message: 'Sign in once.' },
    })
    const user = { 'x-user': 'reader@example.com' }
    expect(await send(user)).toMatchObject({ status: 400 })
    const first = await send({ ...user, 'idempotency-key': 'report-0' })
    expect(first).toMatchObject({ status: 201, body: { left: 9 } })
    expect(await send({ ...user, 'idempotency-key': 'report-0' })).toEqual(first)
    for (let index = 1; index < 10; index++) await send({ ...user, 'idempotency-key': `report-${index}` })
    expect(await send({ ...user, 'idempotency-key': 'report-10' })).toMatchObject({
      status: 402,
      body: { code: 'QUOTA_EXCEEDED', remedies: expect.arrayContaining([expect.any(Object)]) },
    })
  })

  it('sell seats: buy, preview and change their number', async () => {
    const seats = await load<{
      buySeats(client: Stackgate, account: string, seats: number): Promise<string>
      priceOfSeats(client: Stackgate, account: string, seats: number): Promise<string>
      setSeats(client: Stackgate, account: string, seats: number): Promise<string>
    }>('Sell seats')
    const accountId = await newAccount(server, 'seller@example.com')
    const token = await server.token('seller@example.com')
    const client = createStackgate({ url: `${server.url}/graphql`, token, WebSocket })
    try {
      const url = await seats.buySeats(client, accountId, 2)
      const session = /cs_\w+/.exec(url)![0]
      await server.sandboxControl('POST', `checkouts/${session}/pay`, {})
      const quantity = async () =>
        (
          await server.query<{ quantity: number }>(`select quantity from billing_subscription where account_id = $1`, [
            accountId,
          ])
        )[0]?.quantity
      await eventually(quantity, (found) => found === 2)
      expect(await seats.priceOfSeats(client, accountId, 3)).toMatch(/^\$\d+\.\d\d$/)
      expect(await seats.setSeats(client, accountId, 3)).toMatch(/^\d{4}-/)
      await eventually(quantity, (found) => found === 3)
    } finally {
      client.close()
    }
  })

  describe('of billing', () => {
    let platform: TestServer
    const clients: Stackgate[] = []
    beforeAll(async () => {
      platform = await startTestServer({ env: { CATALOG: 'ai-platform' } })
    })
    afterAll(async () => {
      for (const client of clients) client.close()
      await platform.close()
    })
    const clientOf = (token: string): Stackgate => {
      const client = createStackgate({ url: `${platform.url}/graphql`, token, WebSocket })
      clients.push(client)
      return client
    }
    const FEATURE = 'ai_credits'

    it('sell with a coupon: checkout, plan change, and the end of the discount', async () => {
      const recipe = await load<{
        createCode: (stripe: Stripe, code: string) => Promise<void>
        buyWithCode: (client: Stackgate, account: string, code: string) => Promise<string>
        upgradeWithCode: (client: Stackgate, account: string, code: string) => Promise<string>
        discountsOf: (client: Stackgate, account: string) => Promise<{ code: string | null; endsAt: string | null }[]>
      }>('Sell with a coupon')
      const shop = await startTestServer({ env: { CATALOG: 'ai-platform' } })
      const token = await shop.token('coupon@example.com')
      const client = createStackgate({ url: `${shop.url}/graphql`, token, WebSocket })
      try {
        const stripe = oldStripe(shop)
        await recipe.createCode(stripe, 'SPRING')
        const accountId = await newAccount(shop, 'coupon@example.com')
        await expect(recipe.buyWithCode(client, accountId, 'NONE')).rejects.toThrow("Promotion code 'NONE' not found.")
        const url = await recipe.buyWithCode(client, accountId, 'SPRING')
        await shop.sandboxControl('POST', `checkouts/${/cs_\w+/.exec(url)![0]}/pay`, {})
        const [discount] = await eventually(
          () => recipe.discountsOf(client, accountId),
          ({ length }) => length === 1,
        )
        expect(discount).toMatchObject({ code: 'SPRING', name: 'Spring sale', percentOff: 25, duration: 'REPEATING' })
        await shop.advanceTo(new Date(Date.parse(discount!.endsAt!) + 7_200_000).toISOString())
        await eventually(
          () => recipe.discountsOf(client, accountId),
          ({ length }) => length === 0,
        )
        const { data } = await stripe.invoices.list()
        expect(data.map(({ total, subtotal }) => (subtotal - total) / subtotal)).toEqual([0, 0.25, 0.25, 0.25])
        await recipe.createCode(stripe, 'SUMMER')
        expect(await recipe.upgradeWithCode(client, accountId, 'SUMMER')).toMatch(/^\d{4}-/)
        expect(await recipe.discountsOf(client, accountId)).toMatchObject([{ code: 'SUMMER' }])
      } finally {
        client.close()
        await shop.close()
      }
    })

    it('cap the cost of overage, and alert on the allowance', async () => {
      const { capOverage } = await load<{
        capOverage: (client: Stackgate, account: string, cents: number) => Promise<string>
      }>('Cap the cost of overage')
      const { alertOnUsage } = await load<{ alertOnUsage: (client: Stackgate, account: string) => Promise<object> }>(
        'Send usage alerts',
      )
      const { token, accountId } = await subscribe(platform, 'owner@example.com', { plan: 'scale' })
      const client = clientOf(token)
      expect(await capOverage(client, accountId, 100)).toBe('$1.00')
      expect(await alertOnUsage(client, accountId)).toEqual({ used: 0, allowance: 600_000 })
      const service = await entitlementService(platform)
      const use = (amount: number) => service.consume({ accountId, feature: FEATURE, amount })
      // 2,500 credits beyond the allowance cost one dollar.
      expect(await use(602_500)).toMatchObject({ amount: 602_500 })
      expect(await use(1000)).toMatchObject({ code: 'SPEND_CAP_REACHED' })
      const alerts = await eventually(
        () =>
          platform.query<{ percent: number }>(
            `select (data->>'percent')::int as percent from stream_event
             where stream_id = $1 and type = 'alert.reached' order by 1`,
            [accountId],
          ),
        (rows) => rows.length >= 4,
      )
      expect(alerts.map(({ percent }) => percent)).toEqual([80, 80, 100, 100])
    })

    it('top up: preview, and buy below the threshold', async () => {
      const { previewTopUp, setTopUp } = await load<{
        previewTopUp: (
          client: Stackgate,
          account: string,
        ) => Promise<{ price: { amountMinor: number; currency: string } }>
        setTopUp: (client: Stackgate, account: string, price: object) => Promise<string>
      }>('Top up automatically')
      const { token, accountId } = await subscribe(platform, 'buyer@example.com', { plan: 'pro' })
      const client = clientOf(token)
      const { price } = await previewTopUp(client, accountId)
      expect(price).toMatchObject({ amountMinor: 500, currency: 'USD' })
      expect(await setTopUp(client, accountId, price)).toBe('ACTIVE')
      const service = await entitlementService(platform)
      await service.consume({ accountId, feature: FEATURE, amount: 42_001 })
      const topUps = await eventually(
        () => platform.query<{ status: string }>(`select status from top_up where account_id = $1`, [accountId]),
        ([topUp]) => topUp?.status === 'PAID',
      )
      expect(topUps).toHaveLength(1)
    })

    it('record missed usage once, and only if no line is denied', async () => {
      interface Line {
        accountId: string
        feature: string
        amount: number
        key: string
      }
      const { recordMissed } = await load<{
        recordMissed: (
          client: Stackgate,
          name: string,
          lines: Line[],
        ) => Promise<{ status: string; deniedCount: number }>
      }>('Record missed usage')
      const service = await entitlementService(platform)
      const accountId = await newAccount(platform, 'missed@example.com')
      const client = clientOf(service.key)
      const lines = Array.from({ length: 600 }, (_, index) => ({
        accountId,
        feature: FEATURE,
        amount: 1,
        key: `run-${index}`,
      }))
      const tooMuch = [{ accountId, feature: FEATURE, amount: 1001, key: 'run-0' }]
      expect(await recordMissed(client, 'April', tooMuch)).toMatchObject({ status: 'OPEN', deniedCount: 1 })
      expect(await recordMissed(client, 'March', lines)).toMatchObject({ deniedCount: 0 })
      const used = () =>
        platform.query<{ used: number }>(
          `select -sum(amount)::int as used from ledger_entry where account_id = $1 and feature = $2`,
          [accountId, FEATURE],
        )
      await eventually(used, ([row]) => row?.used === 600)
    })
  })

  it('verify webhooks: accept each event once, and reject altered ones', async () => {
    const secret = newWebhookSecret()
    process.env['STACKGATE_WEBHOOK_SECRET'] = secret
    const { POST } = await load<{ POST: Handler }>('Verify webhooks')
    const data = { accountId: null, feature: 'ai_stories', threshold: 80 }
    const { body, headers } = signedWebhook({ type: 'usage.warning', data }, secret)
    const send = async (text: string) =>
      (await POST(new Request('http://shop.example/webhooks', { method: 'POST', headers, body: text }))).status
    expect([await send(body), await send(body), await send(`${body} `)]).toEqual([204, 204, 400])
  })

  it('verify webhooks with a library of Standard Webhooks, as docs/integrations.md does', async () => {
    const [, code] = /^```js\n(import \{ Webhook \}[^]*?)^```$/m.exec(readFileSync('docs/integrations.md', 'utf8'))!
    const [importing, ...lines] = code!.split('\n')
    const path = join(process.cwd(), folder, 'standard.mjs')
    writeFileSync(
      path,
      `${importing}\nexport function verify(rawBody, request) {\n${lines.join('\n')}\nreturn event\n}`,
    )
    const { verify } = (await import(path)) as {
      verify: (body: string, request: { headers: object }) => { type: string }
    }
    const secret = newWebhookSecret()
    process.env['STACKGATE_WEBHOOK_SECRET'] = secret
    const { body, headers } = signedWebhook({ type: 'purchase.paid', data: { accountId: null } }, secret)
    expect(verify(body, { headers }).type).toBe('purchase.paid')
    expect(() => verify(`${body} `, { headers })).toThrow('No matching signature')
  })

  it('sell in a frame by parts of the examples that a browser opens', () => {
    const [host, plugin] = [...PAGE.slice(PAGE.indexOf('## Sell in a frame')).matchAll(/^```ts\n([^]*?)^```$/gm)]
    expect(readFileSync('examples/iframe-host/main.ts', 'utf8')).toContain(host![1])
    expect(readFileSync('examples/iframe-plugin/main.ts', 'utf8')).toContain(plugin![1])
  })

  describeUnless(missing.length > 0 ? `this machine has no ${missing.join(', ')}` : null)(
    'by the commands as written',
    () => {
      let hosting: TestServer
      let checkout: string
      beforeEach(async () => {
        hosting = await startTestServer()
        checkout = mkdtempSync(join(tmpdir(), 'stackgate-recipe-'))
        symlinkSync(join(process.cwd(), 'examples'), join(checkout, 'examples'))
        mkdirSync(join(checkout, 'node_modules/.bin'), { recursive: true })
        symlinkSync(process.execPath, join(checkout, 'node_modules/.bin/node'))
      })
      afterEach(async () => {
        await hosting.close()
        rmSync(checkout, { recursive: true, force: true })
      })
      /** Runs a block in a folder that looks like a checkout. Returns its output. */
      const runBlock = async (heading: string, language: string, ports: Readonly<Record<string, string>> = {}) => {
        const portOf: Readonly<Record<string, string>> = { '4000': new URL(hosting.url).port, ...ports }
        const token = `${process.execPath} ${join(process.cwd(), 'dist/src/cli/stackgate.js')} token`
        const script = sample(heading, language)
          .replaceAll(
            /\b(localhost|127\.0\.0\.1):(\d+)\b/g,
            (_, host: string, port: string) => `${host}:${portOf[port]}`,
          )
          .replaceAll('/tmp/', `${checkout}/`)
          // Last: this repository can be below /tmp.
          .replaceAll('npm run -s token --', token)
        writeFileSync(join(checkout, 'recipe.sh'), script)
        const env = {
          DATA_DIR: hosting.dataDir,
          DATABASE_URL: hosting.databaseUrl,
          SECRETS_KEY: 'a secrets key of the tests',
          POLLING_TIMEOUT_SECS: '2',
        }
        const { code, output } = await run(checkout, env)
        expect([code, code === 0 ? '' : output.slice(-6_000)]).toEqual([0, ''])
        return output
      }

      it('run an agent', async () => {
        expect(await runBlock('Run an agent', 'bash')).toContain('"SUCCEEDED"')
      })

      it('verify webhooks that the server sends', async () => {
        const { POST } = await load<{ POST: Handler }>('Verify webhooks')
        let printed = ''
        const receive = async (request: IncomingMessage, response: ServerResponse) => {
          const found = JSON.parse(readFileSync(join(checkout, 'endpoint.json'), 'utf8')) as {
            data: { createWebhookEndpoint: { secret: string } }
          }
          process.env['STACKGATE_WEBHOOK_SECRET'] = found.data.createWebhookEndpoint.secret
          printed = await text(request)
          const { status } = await POST(
            new Request(`http://shop.example${request.url}`, {
              method: 'POST',
              headers: request.headers as Record<string, string>,
              body: printed,
            }),
          )
          response.writeHead(status).end()
        }
        const application = createServer((request, response) => void receive(request, response))
        await new Promise<void>((listening) => application.listen(0, 'localhost', listening))
        try {
          const port = String((application.address() as AddressInfo).port)
          const output = await runBlock('Verify webhooks', 'sh', { '3000': port })
          expect(output).toMatch(/^STACKGATE_WEBHOOK_SECRET=whsec_\S+$/m)
          expect(output).toContain('"DELIVERED"')
          expect(JSON.parse(printed)).toMatchObject({ data: { accountExternalId: null } })
        } finally {
          application.close()
          application.closeAllConnections()
        }
      })
    },
  )
})

/** Without blocking: the server runs in this process. */
function run(cwd: string, env: Record<string, string>): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(
      'bash',
      // `tee /dev/stderr` can open a pipe, and not the socket that Node gives to its children.
      ['-o', 'pipefail', '-c', 'bash -e recipe.sh 2>&1 | cat'],
      { cwd, env: { ...childEnvironment, ...env } },
      (error, stdout) => resolve({ code: error ? Number(error.code ?? 1) : 0, output: stdout }),
    )
  })
}
