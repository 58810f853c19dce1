import { allDeclared } from '#modules/all-declarations.js'
import { entitlementService } from '#test/support/entitlements.js'
import { moneyOf, reconcileMoney, resolveDrift, untilCounted, untilQuiet } from '#test/support/money-runs.js'
import { createPromotion } from '#test/support/promotions.js'
import { createSeededRandom } from '#test/support/seeded-random.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { checkLife, COUPONS, TAX_PERCENT } from './check-life.js'
import { pick, sell, whole, type Combination } from './combinations.js'
import { Life, type World } from './life.js'

const WEEKS = 26
/** Weeks in which the customers begin, one after the other, so that their periods end at different times. */
const WEEKS_OF_BEGINNING = 3
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** Half a year of the customers of one server, one for each combination. Returns what is wrong at its end, with the acts. */
export async function liveHalfAYear(combinations: readonly Combination[], seed: number): Promise<string[]> {
  const sold = sell(seed, combinations)
  const env = { CATALOG: sold.path, LOG_LEVEL: 'warn' }
  const server = await startTestServer({ start: '2026-01-15T10:00:00Z', env })
  try {
    const service = await entitlementService(server)
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    await server.sandboxControl('POST', 'settings', { taxPercent: sold.taxes === 'none' ? 0 : TAX_PERCENT })
    await createCoupons(server)
    const world = { server, sold, service, operator, restarts: new Set<number>() }
    const lives = await live(world, combinations, seed)
    const found: string[] = []
    for (const life of lives) {
      const faults = await checkLife(server, sold, life)
      if (faults.length > 0) found.push([life.name, ...faults.map((fault) => `    - ${fault}`)].join('\n'))
    }
    await untilCounted(server)
    await acceptLosses(server, operator)
    const drift = (await compareMoney(server, operator)).filter(({ accepted }) => !accepted)
    found.push(...drift.map(({ kind, object, description }) => `drift: ${kind} ${object} ${description}`))
    const { database, catalog } = server.app.context
    const broken = (await allDeclared.invariants.check(database, catalog.current())).filter(({ ok }) => !ok)
    found.push(...broken.map(({ name, counterexample }) => `invariant ${name}: ${JSON.stringify(counterexample)}`))
    return found
  } finally {
    await server.close()
  }
}

const compareMoney = async (server: TestServer, operator: string) =>
  moneyOf(await reconcileMoney(server, operator, { from: '2026-01-01T00:00:00Z' }))

/** Accepts as an operator that the bank returned payments whose credit the customers had spent: none was left to revoke. */
async function acceptLosses(server: TestServer, operator: string): Promise<void> {
  const spent = await server.query<{ object: string }>(
    `select 'purchase:' || purchase_id as object from credit_adjustment where status = 'DONE' and done_minor < amount_minor`,
  )
  for (const drift of await compareMoney(server, operator))
    if (drift.kind === 'RETURNED_TOO_MUCH' && spent.some(({ object }) => object === drift.object))
      await resolveDrift(server, operator, drift)
}

async function createCoupons(server: TestServer): Promise<void> {
  for (const [duration, { percent, months }] of Object.entries(COUPONS))
    await createPromotion(server, duration.toUpperCase(), {
      percent_off: String(percent),
      duration,
      ...(duration === 'repeating' ? { duration_in_months: String(months) } : {}),
    })
}

async function live(world: World, combinations: readonly Combination[], seed: number): Promise<Life[]> {
  const { server, sold } = world
  const random = createSeededRandom(seed)
  const lives: Life[] = []
  const note = (what: string) => lives.forEach(({ log }) => log.push(`[${what}]`))
  const begin = async (count: number) => {
    while (lives.length < count) {
      const at = lives.length
      lives.push(await Life.begin(world, combinations[at]!, sold.plans[at]!, seed * 1000 + at))
      await advance(server, whole(random, 1, 300) * MINUTE)
    }
  }
  for (let week = 0; week < WEEKS; week++) {
    await begin(Math.min(combinations.length, Math.ceil((combinations.length * (week + 1)) / WEEKS_OF_BEGINNING)))
    for (const life of lives) await life.week()
    await quiet(server)
    const end = (await pick(random, lives).subscription())?.currentPeriodEnd
    const untilDraft = Date.parse(end ?? '') - nowOf(server)
    const kind = random.next()
    const days = whole(random, 5, 8)
    if (kind < 0.1) {
      note('webhooks are lost')
      await loseWebhooks(world, () => pass(server, days * DAY))
    } else if (kind < 0.2) {
      note('the server is stopped')
      await stop(world, days * DAY)
    } else if (kind < 0.5 && untilDraft > 0 && untilDraft < days * DAY) {
      note('an invoice is a draft')
      await advance(server, untilDraft + whole(random, 1, 55) * MINUTE)
      for (const life of lives) await life.useLate(1 + random.next())
      await advance(server, (days + 1) * DAY - untilDraft)
    } else await advance(server, days * DAY - whole(random, 0, 120) * MINUTE)
  }
  note('the end')
  for (const life of lives) await life.end()
  await quiet(server)
  for (let part = 0; part < 3; part++) await advance(server, 20 * DAY)
  for (const life of lives) await life.payOpen()
  await quiet(server)
  return lives
}

const nowOf = (server: TestServer): number => server.app.context.clock.now().getTime()
const pass = (server: TestServer, ms: number) => server.advanceTo(new Date(nowOf(server) + ms).toISOString())

async function advance(server: TestServer, ms: number): Promise<void> {
  await pass(server, ms)
  await quiet(server)
}

/** No webhook arrives for longer than the provider repeats them. Then an operator compares the records. */
async function loseWebhooks(world: World, passes: () => Promise<void>): Promise<void> {
  const { server } = world
  const from = new Date(nowOf(server))
  await server.sandboxControl('POST', 'faults', { match: { event: '*' }, action: 'drop' })
  await passes()
  await server.sandboxControl('DELETE', 'faults')
  await compare(world, from)
}

/** Periods end while the server does not run. */
async function stop(world: World, ms: number): Promise<void> {
  const { server, restarts } = world
  const from = new Date(nowOf(server))
  restarts.add(Math.floor((from.getTime() + ms) / 1000))
  await server.whileStopped(async () => {
    await server.sandboxControl('POST', 'clock', { bySeconds: ms / 1000 })
  })
  await pass(server, MINUTE)
  await compare(world, from)
}

async function compare({ server, operator }: World, since: Date): Promise<void> {
  const from = since.toISOString()
  for (const provider of ['STRIPE', 'PAYPAL']) await reconcileMoney(server, operator, { heal: true, provider, from })
  await quiet(server)
}

async function quiet(server: TestServer): Promise<void> {
  await eventually(
    () => server.sandboxControl<{ pendingDeliveries: number }>('GET', 'clock'),
    ({ pendingDeliveries }) => pendingDeliveries === 0,
  )
  await untilQuiet(server)
}
