import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { stripTypeScriptTypes } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import type { Stripe } from 'stripe'
import { expectInvariants } from '#test/support/invariants.js'
import { createSeededRandom } from '#test/support/seeded-random.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { startSandboxFixture, type SandboxFixture } from '../contract/sandbox/support/sandbox-fixture.js'

const [, BLOCK] = /^```ts\n([^]*?)^```$/m.exec(readFileSync('docs/tutorials/beside-your-own-stripe.md', 'utf8'))!
const SECRET = 'whsec_of_their_application'
const PLANS: Readonly<Record<string, string>> = { pro_month: 'pro', scale_month: 'scale' }

interface AppRequest {
  readonly body: unknown
  get(header: string): string | undefined
}
type Handler = (request: AppRequest, response: { sendStatus(status: number): void }) => Promise<void>

describe('docs/tutorials/beside-your-own-stripe.md', () => {
  const folder = mkdtempSync('node_modules/.tutorial-')
  const handlers = new Map<string, Handler>()
  let server: TestServer
  let theirs: SandboxFixture
  let application: Server
  let url: string

  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'ai-platform', MODULES: 'core' } })
    theirs = await startSandboxFixture({ clock: server.app.context.clock.now() })
    process.env['STACKGATE_URL'] = server.url
    process.env['STACKGATE_SECRET_KEY'] = await server.serviceKey([
      'credits:write',
      'entitlements:write',
      'accounts:write',
    ])
    // Express is not installed here. It would call the handlers of the page with the same members.
    const imports = BLOCK!.match(/^import .*\n/gm)!.join('')
    const names = 'app, express, stripe, webhookSecret, planOf, customerOf'
    const program = `${imports}export default (${names}) => {\n${BLOCK!.replaceAll(/^import .*\n/gm, '')}}`
    const path = join(process.cwd(), folder, 'application.mjs')
    writeFileSync(path, stripTypeScriptTypes(program.replace(`(${names})`, `(${names.replaceAll(/\w+/g, '$&: any')})`)))
    const { default: start } = (await import(path)) as { default: (...parts: unknown[]) => unknown }
    start(
      { post: (route: string, _parser: unknown, handler: Handler) => handlers.set(route, handler) },
      { raw: () => null, json: () => null },
      theirs.stripe,
      SECRET,
      ({ lookup_key }: Stripe.Price) => PLANS[lookup_key!],
      (request: AppRequest) => request.get('x-user'),
    )
    const answer = async (request: IncomingMessage, response: ServerResponse) => {
      const body = await buffer(request)
      const get = (header: string) => request.headers[header] as string | undefined
      const sendStatus = (status: number) => void response.writeHead(status).end()
      await handlers.get(request.url!)!({ body, get }, { sendStatus }).catch(() => sendStatus(500))
    }
    application = createServer((request, response) => void answer(request, response))
    await new Promise<void>((resolve) => application.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(application.address() as AddressInfo).port}`
  })
  afterAll(async () => {
    application.close()
    await theirs.close()
    await server.close()
    delete process.env['STACKGATE_URL']
    delete process.env['STACKGATE_SECRET_KEY']
    rmSync(folder, { recursive: true, force: true })
  })

  const deliver = async (event: Stripe.Event): Promise<number> => {
    const payload = JSON.stringify(event)
    const signature = theirs.stripe.webhooks.generateTestHeaderString({ payload, secret: SECRET })
    const headers = { 'stripe-signature': signature }
    return (await fetch(`${url}/webhooks/stripe`, { method: 'POST', headers, body: payload })).status
  }
  const use = async (customer: string, key: string): Promise<number> =>
    (await fetch(`${url}/answers`, { method: 'POST', headers: { 'x-user': customer, 'idempotency-key': key } })).status
  const creditsOf = async (customer: string) => {
    const { body } = await server.rest('POST', '/api/v1/entitlements/check', {
      token: process.env['STACKGATE_SECRET_KEY']!,
      body: { account_id: `customer:${customer}`, feature: 'ai_credits' },
    })
    return (body as { entitlement: { limit: number; used: number; remaining: number } }).entitlement
  }
  const priceOf = (key: string, amount: number) =>
    theirs.stripe.prices.create({
      currency: 'usd',
      unit_amount: amount,
      recurring: { interval: 'month' },
      product_data: { name: key },
      lookup_key: key,
    })

  it('has at most ten lines of ours, and is the code of the example', () => {
    expect(BLOCK!.match(/\/\/ ours$/gm)!.length).toBeLessThanOrEqual(10)
    const example = readFileSync('examples/beside-your-own-stripe/server.ts', 'utf8')
    // The formatter breaks lines at the marks.
    const codeOf = (text: string) => text.replaceAll(/^import .*\n|\/\/ ours|\s/gm, '')
    expect(codeOf(example)).toContain(codeOf(BLOCK!))
  })

  it('is tried without an account at Stripe, by the command of the example', async () => {
    const env = { ...process.env, PORT: new URL(url).port, STRIPE_WEBHOOK_SECRET: SECRET }
    const program = ['examples/beside-your-own-stripe/send-event.ts', 'cus_without', 'pro_month']
    const { stdout } = await promisify(execFile)(process.execPath, program, { env })
    expect(stdout).toBe('204\n')
    expect(await use('cus_without', 'answer-1')).toBe(201)
    expect(await creditsOf('cus_without')).toMatchObject({ used: 10 })
  })

  it('ends with the exact plan and balance after repeated and reordered webhooks and parallel uses', async () => {
    const { stripe } = theirs
    const [pro, scale] = [await priceOf('pro_month', 2000), await priceOf('scale_month', 20_000)]
    const customers: { id: string; isCanceled: boolean }[] = []
    for (const isCanceled of [false, true]) {
      const method = { payment_method: 'pm_card_visa', invoice_settings: { default_payment_method: 'pm_card_visa' } }
      const { id } = await stripe.customers.create({ email: 'ada@example.com', ...method })
      const { id: subscription, items } = await stripe.subscriptions.create({
        customer: id,
        items: [{ price: scale.id }],
      })
      await theirs.moveTo(new Date(Date.parse(await clockOf()) + 60_000).toISOString())
      await stripe.subscriptions.update(subscription, { items: [{ id: items.data[0]!.id, price: pro.id }] })
      await theirs.moveTo(new Date(Date.parse(await clockOf()) + 60_000).toISOString())
      if (isCanceled) await stripe.subscriptions.cancel(subscription)
      customers.push({ id, isCanceled })
    }
    const { data: events } = await stripe.events.list({ limit: 100 })
    const random = createSeededRandom(51)
    const deliveries = [...events, ...events, ...events].map((event) => ({ event, at: random.next() }))
    const statuses = await Promise.all(deliveries.toSorted((a, b) => a.at - b.at).map(({ event }) => deliver(event)))
    expect(new Set(statuses)).toEqual(new Set([204]))
    for (const { id, isCanceled } of customers) {
      const limit = isCanceled ? 1000 : 50_000
      expect(await creditsOf(id)).toMatchObject({ limit, used: 0 })
      // 10 credits each: the free plan has enough for 100 of them.
      const answers = await Promise.all(Array.from({ length: 240 }, (_, index) => use(id, `job-${index % 120}`)))
      const done = answers.filter((status) => status === 201).length
      expect(done).toBe(isCanceled ? 200 : 240)
      expect(await creditsOf(id)).toMatchObject({ limit, used: isCanceled ? 1000 : 1200 })
    }
    await expectInvariants(server)
  })

  async function clockOf(): Promise<string> {
    const { body } = await theirs.control('GET', 'clock')
    return String(body['now'])
  }
})
