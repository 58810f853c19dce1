import { spawn } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { BilledAccounts } from '../support/billed-accounts.js'
import { payPalEnv } from '../support/paypal.js'
import { stripeCall } from '../support/subscribers.js'

const CATALOG = `business: killed-own-invoice
currency: USD
taxes: automatic
features:
  calls: { name: Calls, kind: quota, unit: call, window: month }
  reports: { name: Reports, kind: quota, unit: report, window: month }
plans:
  free: { name: Free, rank: 0 }
  team:
    name: Team
    rank: 1
    prices: { month: 20.00 }
    features:
      calls: { amount: 10, overage: { price: 0.10, cap: 100000 } }
      reports: { amount: 1, overage: { price: 2.00, cap: 100000 } }
`

/** Process that sends the reports that are due, and ends. */
const SENDER = `
  await import('reflect-metadata')
  const load = (path) => import('./dist/src/' + path)
  const [{ createApp }, { readConfig }, { createLogger }, { reportUsage }] = await Promise.all([
    load('app.js'), load('services/kernel/config/config.js'), load('services/kernel/logger/logger.js'),
    load('services/billing/overage/report-usage.js')])
  const app = await createApp({
    config: readConfig(JSON.parse(process.env.CONFIG)), databaseUrl: process.env.DATABASE, log: createLogger('silent'),
    verifyToken: null, secretsKeys: ['a secrets key of the tests'], sandboxClock: null, poolSize: 5 })
  await reportUsage(app.context)
  process.exit(0)`

type Moment = 'before' | 'after'

describe('A process that is killed while it sends an invoice of several reports', () => {
  let accounts: BilledAccounts
  let provider: Server
  /** Called with each write at the provider. */
  let onWrite: (path: string, moment: Moment) => Promise<void> = () => Promise.resolve()
  beforeAll(async () => {
    accounts = await BilledAccounts.start(CATALOG)
    const { url } = accounts.server.sandbox
    provider = createServer((request, response) => {
      void (async () => {
        const { method = 'GET', url: path = '/' } = request
        const body = await buffer(request)
        if (method === 'POST') await onWrite(path, 'before')
        const { host: _host, connection: _connection, ...headers } = request.headers as Record<string, string>
        const found = await fetch(`${url}${path}`, { method, headers, ...(method === 'POST' ? { body } : {}) })
        const text = await found.text()
        if (method === 'POST') await onWrite(path, 'after')
        response.writeHead(found.status, { 'content-type': 'application/json' }).end(text)
      })()
    })
    await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve))
  })
  afterAll(async () => {
    provider.closeAllConnections()
    provider.close()
    await accounts.server.sandboxControl('DELETE', 'faults')
    await accounts.close()
  })

  /** Runs a process that is killed at its first write. Returns the path of the write, or null if it ended by itself. */
  async function send(moment: Moment): Promise<string | null> {
    const { server, catalog } = accounts
    const config = {
      PORT: '0',
      DATA_DIR: server.dataDir,
      ROLE: 'api',
      CATALOG: catalog,
      DATABASE_URL: server.databaseUrl,
      STRIPE_SECRET_KEY: 'sk_test_sandbox_server',
      STRIPE_WEBHOOK_SECRET: server.webhookSecret,
      STRIPE_API_URL: `http://127.0.0.1:${(provider.address() as AddressInfo).port}`,
      ...payPalEnv(server.sandbox.url),
    }
    const child = spawn(process.execPath, ['--input-type=module', '-e', SENDER], {
      env: { ...process.env, CONFIG: JSON.stringify(config), DATABASE: server.databaseUrl, NODE_OPTIONS: '' },
      stdio: ['ignore', 'ignore', 'ignore'],
    })
    let killedAt: string | null = null
    onWrite = (path, now) => {
      if (now !== moment || killedAt !== null) return Promise.resolve()
      killedAt = path.replace(/in_\w+/, '…')
      child.kill('SIGKILL')
      // No response arrives.
      return moment === 'before' ? new Promise(() => undefined) : Promise.resolve()
    }
    const code = await new Promise<number | null>((resolve) => child.once('exit', resolve))
    if (code !== null && code !== 0) throw new Error(`the process ended with ${code}`)
    return killedAt
  }

  it('is charged once for each report, on one invoice, wherever it ends', async () => {
    const { server, service } = accounts
    // Without this event, use is added to no draft.
    await server.sandboxControl('POST', 'faults', { match: { event: 'invoice.created' }, action: 'drop' })
    const { buyer, accountId } = await accounts.subscriber({ plan: 'team' })
    const use = (feature: string, amount: number) => service.consume({ accountId, feature, amount })
    await use('calls', 35)
    await accounts.passDays(33)
    await use('calls', 30)
    await use('reports', 5)
    await accounts.passDays(30)
    const { data: ending } = await server.graphql<{ cancelSubscription: { subscription: object | null } }>(
      `mutation { cancelSubscription(at: PERIOD_END, key: "end") { subscription { id } denial { message } } }`,
      {},
      buyer.token,
    )
    expect(ending.cancelSubscription.subscription).not.toBeNull()
    expect(await server.query(`select state from usage_report`)).toEqual([{ state: 'PENDING' }, { state: 'PENDING' }])
    const killed: (string | null)[] = []
    await server.whileStopped(async () => {
      for (let run = 0; killed.at(-1) !== null && run < 20; run++) {
        expect((await send('before')) === null).toBe(killed.length === 5)
        killed.push(await send('after'))
      }
    })
    expect(killed).toEqual([
      '/v1/invoices',
      '/v1/invoiceitems',
      '/v1/invoiceitems',
      '/v1/invoiceitems',
      '/v1/invoices/…/finalize',
      null,
    ])
    await accounts.passDays(1)
    const { data: invoices } = await stripeCall<{
      data: { billing_reason: string; status: string; lines: { data: { amount: number }[] } }[]
    }>(server, 'GET', 'invoices?limit=100')
    expect(
      invoices
        .filter(({ billing_reason: reason }) => reason === 'manual')
        .map(({ status, lines }) => [status, lines.data.map(({ amount }) => amount).toSorted((a, b) => a - b)]),
    ).toEqual([['paid', [200, 250, 800]]])
    expect(
      await server.query(`select state, count(distinct invoice_id)::int as invoices from usage_report group by 1`),
    ).toEqual([{ state: 'SENT', invoices: 1 }])
    await accounts.expectNoDrift()
  })
})
