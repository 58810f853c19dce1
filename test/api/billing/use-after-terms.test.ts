import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { entitlementService, type EntitlementService } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { untilDelivered, untilQuiet } from '#test/support/money-runs.js'
import { change, stripeObject, subscribe, type Subscriber } from '#test/support/subscribers.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const CATALOG = `
business: late
currency: USD
group: main
return_urls: client
pause: { plans: [scale], maximum: 90d }
features:
  credits: { name: Credits, kind: quota, unit: credit, window: billing_period }
plans:
  free:  { name: Free, rank: 0, features: { credits: 0 } }
  pro:   { name: Pro, rank: 1, prices: { month: 20.00 }, features: { credits: 50000 } }
  scale:
    name: Scale
    rank: 2
    prices: { month: 200.00 }
    features: { credits: { amount: 600000, overage: { price: 0.40, per: 1000, cap: 1000000 } } }
`

const START = '2026-03-01T00:00:00Z'
const NOW_END = '2026-03-15T12:00:00Z'
const PERIOD_END = '2026-04-01T00:00:00Z'
const TEN_MINUTES_MS = 600_000
const DAY_SECONDS = 86_400

/** Cents of 100,000 credits beyond the allowance. */
const PRICE = 4000
/**
 * Acts that end or change the terms, in the middle of the period or at its end, with the cents of a late fact. The allowance of a period that has
 * begun since then comes before units at a price.
 */
const ENDS = {
  'canceled now': ['cancelSubscription', { at: 'NOW' }, PRICE],
  'changed now': ['changePlan', { plan: 'pro', at: 'NOW' }, PRICE],
  'canceled at the period end': ['cancelSubscription', { at: 'PERIOD_END' }, PRICE],
  'changed at the period end': ['changePlan', { plan: 'pro', at: 'PERIOD_END' }, PRICE / 2],
  paused: ['pauseSubscription', {}, PRICE],
  renewed: [null, {}, 0],
} as const
type End = keyof typeof ENDS
const WAYS = ['fact', 'hold'] as const

interface Life {
  readonly end: End
  readonly way: (typeof WAYS)[number]
  readonly who: Subscriber
  hold: string
}

describe('Use that is recorded after its terms', () => {
  let server: TestServer
  let service: EntitlementService
  let path: string
  const lives: Life[] = []

  beforeAll(async () => {
    path = join(mkdtempSync(join(tmpdir(), 'stackgate-late-')), 'catalog.yaml')
    writeFileSync(path, CATALOG)
    server = await startTestServer({ start: START, env: { CATALOG: path } })
    service = await entitlementService(server)
    for (const end of Object.keys(ENDS) as End[])
      for (const way of WAYS) {
        const who = await subscribe(server, `life-${lives.length}@example.com`, { plan: 'scale' })
        lives.push({ end, way, who, hold: '' })
        expect(await used(who, 600_000)).toMatchObject({ amount: 600_000 })
      }
  })
  afterAll(async () => {
    await server.close()
    rmSync(dirname(path), { recursive: true })
  })

  const used = ({ accountId }: Subscriber, amount: number) => service.consume({ accountId, feature: 'credits', amount })
  const endsNow = ({ end }: Life) => end.endsWith('now')
  const act = async ({ end, who }: Life) => {
    const [mutation, input] = ENDS[end]
    if (mutation) expect((await change(server, who, mutation, { ...input })).code).toBeUndefined()
  }
  /** Reserves units ten minutes before the end, which are committed after it. */
  const hold = async (life: Life) => {
    if (life.way !== 'hold') return
    const input = { accountId: life.who.accountId, feature: 'credits', amount: 100_000, expiresInSeconds: DAY_SECONDS }
    life.hold = (await service.reserve(input)).id
  }
  /** Records 100,000 credits that were used ten minutes before the end. */
  const record = async ({ way, who, hold: id }: Life, end: string) => {
    if (way === 'hold')
      return expect(await service.commit({ reservationId: id, amount: 100_000 })).toMatchObject({ amount: 100_000 })
    const at = new Date(Date.parse(end) - TEN_MINUTES_MS).toISOString()
    const events = [{ accountId: who.accountId, feature: 'credits', amount: 100_000, at, key: randomUUID() }]
    const { data } = await server.graphql(
      `mutation ($events: [UsageEventInput!]!) { recordUsage(events: $events) { acceptedCount rejected { code } } }`,
      { events },
      service.key,
    )
    return expect(data.recordUsage).toEqual({ acceptedCount: 1, rejected: [] })
  }
  const before = (end: string) => new Date(Date.parse(end) - TEN_MINUTES_MS).toISOString()
  const after = (end: string) => new Date(Date.parse(end) + TEN_MINUTES_MS).toISOString()

  /** Cents of credits in paid invoices. */
  async function charged({ customerId }: Subscriber): Promise<number> {
    const { data: items } = await stripeObject<{
      data: { amount: number; invoice: string | null; metadata: Record<string, string> }[]
    }>(server, `invoiceitems?customer=${customerId}&limit=100`)
    const { data: paid } = await stripeObject<{ data: { id: string }[] }>(
      server,
      `invoices?customer=${customerId}&status=paid&limit=100`,
    )
    const ids = new Set(paid.map(({ id }) => id))
    return items
      .filter(({ invoice, metadata }) => metadata['charge'] && ids.has(invoice ?? ''))
      .reduce((sum, { amount }) => sum + amount, 0)
  }

  it('is charged at the price of its own time, whatever ended the terms and however it is recorded', async () => {
    await server.advanceTo(before(NOW_END))
    for (const life of lives.filter(endsNow)) await hold(life)
    await server.advanceTo(NOW_END)
    for (const life of lives) if (endsNow(life)) await act(life)
    await server.advanceTo(after(NOW_END))
    for (const life of lives) {
      if (endsNow(life)) await record(life, NOW_END)
      else await act(life)
    }
    await server.advanceTo(before(PERIOD_END))
    for (const life of lives) if (!endsNow(life)) await hold(life)
    await server.advanceTo(after(PERIOD_END))
    for (const life of lives) if (!endsNow(life)) await record(life, PERIOD_END)
    for (const moment of ['2026-04-03T00:00:00Z', '2026-05-05T00:00:00Z', '2026-06-05T00:00:00Z'])
      await server.advanceTo(moment)
    await untilDelivered(server)
    await untilQuiet(server)
    const found = []
    for (const { end, way, who } of lives) found.push([end, way, await charged(who)])
    expect(found).toEqual(lives.map(({ end, way }) => [end, way, way === 'hold' ? PRICE : ENDS[end][2]]))
    expect(await server.query(`select account_id, amount from credit_debt where amount > 0`)).toEqual([])
    await expectInvariants(server)
  })
})
