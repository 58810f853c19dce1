import { entitlementService } from '#test/support/entitlements.js'
import { checkInvariants } from '#services/ops/invariants/invariants.js'
import { moneyOf, reconcileMoney, untilCounted, untilQuiet } from '#test/support/money-runs.js'
import { createPromotion } from '#test/support/promotions.js'
import { createSeededRandom } from '#test/support/seeded-random.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { checkLife, TAX_PERCENT } from './check-life.js'
import { sell, whole, type Combination } from './combinations.js'
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
    await createPromotion(server, 'ONCE', { percent_off: '25', duration: 'once' })
    await createPromotion(server, 'REPEATING', { percent_off: '33', duration: 'repeating', duration_in_months: '3' })
    await createPromotion(server, 'FOREVER', { percent_off: '7', duration: 'forever' })
    const world = { server, sold, service, operator }
    const lives = await live(world, combinations, seed)
    const found: string[] = []
    for (const life of lives) {
      const faults = await checkLife(server, sold, life)
      if (faults.length > 0) found.push([life.name, ...faults.map((fault) => `    - ${fault}`)].join('\n'))
    }
    await untilCounted(server)
    const drift = moneyOf(await reconcileMoney(server, operator, { from: '2026-01-01T00:00:00Z' }))
    found.push(...drift.map(({ kind, object, description }) => `drift: ${kind} ${object} ${description}`))
    const { database, catalog } = server.app.context
    const broken = (await checkInvariants(database, catalog.current())).filter(({ ok }) => !ok)
    found.push(...broken.map(({ name, counterexample }) => `invariant ${name}: ${JSON.stringify(counterexample)}`))
    return found
  } finally {
    await server.close()
  }
}

async function live(world: World, combinations: readonly Combination[], seed: number): Promise<Life[]> {
  const { server, sold } = world
  const random = createSeededRandom(seed)
  const lives: Life[] = []
  const now = () => server.app.context.clock.now().getTime()
  const pass = (ms: number) => server.advanceTo(new Date(now() + ms).toISOString())
  const advance = async (ms: number) => {
    await pass(ms)
    await quiet(server)
  }
  const begin = async (count: number) => {
    while (lives.length < count) {
      const at = lives.length
      lives.push(await Life.begin(world, combinations[at]!, sold.plans[at]!, seed * 1000 + at))
      await advance(whole(random, 1, 300) * MINUTE)
    }
  }
  for (let week = 0; week < WEEKS; week++) {
    await begin(Math.min(combinations.length, Math.ceil((combinations.length * (week + 1)) / WEEKS_OF_BEGINNING)))
    for (const life of lives) await life.week()
    await quiet(server)
    if (random.next() < 0.12) await loseWebhooks(world, () => pass(whole(random, 5, 9) * DAY))
    else await advance(whole(random, 5, 8) * DAY - whole(random, 0, 120) * MINUTE)
  }
  for (const life of lives) await life.end()
  await quiet(server)
  for (let part = 0; part < 3; part++) await advance(20 * DAY)
  for (const life of lives) await life.payOpen()
  await quiet(server)
  return lives
}

/** No webhook arrives for longer than the provider repeats them. Then an operator compares the records. */
async function loseWebhooks({ server, operator }: World, pass: () => Promise<void>): Promise<void> {
  const from = server.app.context.clock.now().toISOString()
  await server.sandboxControl('POST', 'faults', { match: { event: '*' }, action: 'drop' })
  await pass()
  await server.sandboxControl('DELETE', 'faults')
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
