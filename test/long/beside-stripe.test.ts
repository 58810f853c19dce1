import { jest } from '@jest/globals'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Stripe } from 'stripe'
import { childEnvironment } from '#test/support/child-environment.js'
import { freePort } from '#test/support/free-port.js'
import { runTool } from '#test/support/install-tools.js'
import { expectInvariants } from '#test/support/invariants.js'
import { createSeededRandom } from '#test/support/seeded-random.js'
import { startServerChildProcess } from '#test/support/server-child-process.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { startSandboxFixture, type SandboxFixture } from '../contract/sandbox/support/sandbox-fixture.js'

jest.setTimeout(3_600_000)
const SECRET = 'whsec_of_their_application'
const KILLS = 50
const PARALLEL = 200
/** Answers between two kills. */
const ANSWERS = 40
const CREDITS = 10

/** A process that is killed and started again at the same address. */
interface Killable {
  restart(): Promise<void>
  kill(): Promise<void>
}

describe('An application beside its own Stripe', () => {
  const random = createSeededRandom(173)
  let server: TestServer
  let theirs: SandboxFixture
  let url: string
  let key: string
  const processes: Killable[] = []

  beforeAll(async () => {
    const folder = join(process.cwd(), '.stackgate/test-tools/beside-your-own-stripe')
    mkdirSync(folder, { recursive: true })
    cpSync('examples/beside-your-own-stripe', folder, { recursive: true })
    const { code, output } = await runTool('npm', ['install', '--no-audit', '--no-fund'], { cwd: folder })
    if (code !== 0) throw new Error(output)
    // Listens nowhere that matters: it makes the database and keys, and shows what is stored.
    server = await startTestServer({
      isEmpty: true,
      env: { CATALOG: 'ai-platform', MODULES: 'core', ROLE: 'api', DATABASE_URL: 'postgres://127.0.0.1/unused' },
    })
    theirs = await startSandboxFixture({ clock: new Date(Date.now() - 3_600_000) })
    key = await server.serviceKey(['credits:write', 'entitlements:write', 'accounts:write'])
    const [ledgerPort, port] = [await freePort(), await freePort()]
    url = `http://127.0.0.1:${port}`
    const ledger: Killable = {
      restart: async () => {
        const env = { CATALOG: 'ai-platform', MODULES: 'core' }
        const child = await startServerChildProcess(server, ledgerPort, env)
        ledger.kill = () => child.kill()
      },
      kill: () => Promise.resolve(),
    }
    const application: Killable = {
      restart: async () => {
        const child = spawn(process.execPath, ['server.ts'], {
          cwd: folder,
          env: {
            ...childEnvironment,
            PORT: `${port}`,
            STRIPE_SECRET_KEY: 'sk_test_of_theirs',
            STRIPE_WEBHOOK_SECRET: SECRET,
            STACKGATE_URL: `http://127.0.0.1:${ledgerPort}`,
            STACKGATE_SECRET_KEY: key,
            DATA_DIR: mkdtempSync(join(tmpdir(), 'stackgate-beside-')),
          },
          stdio: ['ignore', 'pipe', 'ignore'],
        })
        await once(createInterface(child.stdout), 'line')
        application.kill = async () => {
          const ended = once(child, 'exit')
          child.kill('SIGKILL')
          await ended
        }
      },
      kill: () => Promise.resolve(),
    }
    processes.push(ledger, application)
    for (const one of processes) await one.restart()
  })
  afterAll(async () => {
    for (const one of processes) await one.kill()
    await theirs?.close()
    await server?.close()
  })

  /** As a browser does it, and Stripe: again until there is an answer. */
  async function untilAnswered(path: string, init: RequestInit): Promise<number> {
    for (;;) {
      const status = await fetch(`${url}${path}`, { method: 'POST', ...init }).then(
        (response) => response.status,
        () => 0,
      )
      if (status !== 0 && status < 500) return status
      await new Promise((wake) => setTimeout(wake, 50 + 100 * random.next()))
    }
  }
  const deliver = (event: Stripe.Event): Promise<number> => {
    const payload = JSON.stringify(event)
    const signature = theirs.stripe.webhooks.generateTestHeaderString({ payload, secret: SECRET })
    return untilAnswered('/webhooks/stripe', {
      headers: { 'content-type': 'application/json', 'stripe-signature': signature },
      body: payload,
    })
  }
  const use = (customer: string, job: string): Promise<number> =>
    untilAnswered('/answers', { headers: { 'x-user': customer, 'idempotency-key': job } })
  const stored = async (customer: string) => {
    const { body } = await server.rest('POST', '/api/v1/entitlements/check', {
      token: key,
      body: { account_id: `customer:${customer}`, feature: 'ai_credits' },
    })
    return (body as { entitlement: { limit: number; used: number; remaining: number } }).entitlement
  }
  const minuteLater = async (): Promise<void> => {
    const { body } = await theirs.control('GET', 'clock')
    await theirs.moveTo(new Date(Date.parse(String(body['now'])) + 60_000).toISOString())
  }

  it(`has the exact balance after ${KILLS} kills of either process`, async () => {
    const { stripe } = theirs
    const priceOf = (name: string, amount: number) =>
      stripe.prices.create({
        currency: 'usd',
        unit_amount: amount,
        recurring: { interval: 'month' },
        product_data: { name },
        lookup_key: name,
      })
    const [pro, scale] = [await priceOf('pro_month', 2000), await priceOf('scale_month', 20_000)]
    const customers: { id: string; limit: number }[] = []
    for (const limit of [50_000, 1000]) {
      const method = { payment_method: 'pm_card_visa', invoice_settings: { default_payment_method: 'pm_card_visa' } }
      const { id } = await stripe.customers.create({ email: 'ada@example.com', ...method })
      const { id: subscription, items } = await stripe.subscriptions.create({
        customer: id,
        items: [{ price: scale.id }],
      })
      await minuteLater()
      await stripe.subscriptions.update(subscription, { items: [{ id: items.data[0]!.id, price: pro.id }] })
      await minuteLater()
      if (limit === 1000) await stripe.subscriptions.cancel(subscription)
      customers.push({ id, limit })
    }
    const { data: events } = await stripe.events.list({ limit: 100 })
    const deliveries = [...events, ...events, ...events]
      .map((event) => ({ event, at: random.next() }))
      .toSorted((a, b) => a.at - b.at)
    for (const { event } of deliveries) expect(await deliver(event)).toBe(204)

    const end = new AbortController()
    let answers = 0
    let lowest = Infinity
    const counted = new Map(customers.map(({ id }) => [id, 0]))
    const refused = new Map(customers.map(({ id }) => [id, 0]))
    const statuses = new Set<number>()
    const callers = Array.from({ length: PARALLEL }, async (_, caller) => {
      const { id } = customers[caller % customers.length]!
      for (let job = 0; !end.signal.aborted; job++) {
        // Every third is sent twice at once, and repeated after a lost answer.
        const name = `job-${caller}-${job}`
        const sent = await Promise.all(Array.from({ length: job % 3 === 0 ? 2 : 1 }, () => use(id, name)))
        expect(new Set(sent).size).toBe(1)
        statuses.add(sent[0]!)
        const outcome = sent[0] === 201 ? counted : refused
        outcome.set(id, outcome.get(id)! + 1)
        answers++
        await new Promise((wake) => setTimeout(wake, 1000 + 3000 * random.next()))
      }
    })
    const webhooks = (async () => {
      for (let index = 0; !end.signal.aborted; index++) {
        expect(await deliver(deliveries[index % deliveries.length]!.event)).toBe(204)
        await new Promise((wake) => setTimeout(wake, 50))
      }
    })()
    const watched = (async () => {
      while (!end.signal.aborted) {
        for (const { id } of customers) lowest = Math.min(lowest, (await stored(id)).remaining)
        await new Promise((wake) => setTimeout(wake, 200))
      }
    })()
    for (let kill = 0; kill < KILLS; kill++) {
      const seen = answers
      await eventually(
        () => answers,
        (now) => now >= seen + ANSWERS,
      )
      const victim = processes[kill % processes.length]!
      await victim.kill()
      await victim.restart()
    }
    end.abort()
    await Promise.all([...callers, webhooks, watched])

    expect(lowest).toBeGreaterThanOrEqual(0)
    expect(statuses).toEqual(new Set([201, 402]))
    for (const { id, limit } of customers) {
      const used = CREDITS * counted.get(id)!
      expect(await stored(id)).toMatchObject({ limit, used, remaining: limit - used })
      if (refused.get(id)! > 0) expect(used).toBe(limit)
    }
    expect(refused.get(customers[1]!.id)).toBeGreaterThan(0)
    await expectInvariants(server)
    process.stderr.write(
      `${KILLS} kills, ${answers} answers, ${[...counted.values()].join(' and ')} uses, ${[...refused.values()].join(' and ')} denials\n`,
    )
  })
})
