import { join } from 'node:path'
import pg from 'pg'
import type { Bench } from '../bench.js'
import { createProcessorMeter, findPostmaster, untilQuiet, type ProcessorMeter } from '../harness/processor-meter.js'
import { benchFolder } from '../harness/project.js'
import { median, rounded } from '../statistics.js'
import { openSmallBusiness, type SmallBusiness } from './small-business.js'

/** `BENCH_SUBSCRIBERS=10` runs a rehearsal. */
const ACCOUNTS = Number(process.env['BENCH_SUBSCRIBERS'] ?? 100)
const MONTHS = 3

/** Processor time of a unit of work, in milliseconds, and the number of units, in each month. */
interface Costs {
  readonly webhook: { readonly ms: number; readonly count: number }[]
  readonly object: { readonly ms: number; readonly count: number }[]
}

interface Side extends Costs {
  readonly name: string
  readonly business: SmallBusiness
  readonly database: pg.Client
  readonly meter: ProcessorMeter
}

/**
 * Processor time, server and PostgreSQL together, of a month of renewals for each webhook until it is processed, and of a reconciliation for
 * each object. `BENCH_BASE` is the folder of another version, which is measured in turn.
 */
export async function benchmarkBook(bench: Bench): Promise<void> {
  const base = process.env['BENCH_BASE']
  const sides = [await openSide('ours')]
  if (base) sides.push(await openSide('base', base))
  for (let month = 1; month <= MONTHS; month++)
    for (const side of sides) {
      const webhook = await costOf(side, () =>
        countEvents(side, `mutation { advanceClock(input: { bySeconds: 2678400 }) { __typename } }`),
      )
      side.webhook.push(webhook)
      const object = await costOf(side, () => compare(bench, side, month))
      side.object.push(object)
      bench.say(
        `${side.name}, month ${month}: ${webhook.count} webhooks, ${webhook.ms.toFixed(1)} ms each; ${object.count} objects, ${object.ms.toFixed(1)} ms each`,
      )
    }
  for (const what of ['webhook', 'object'] as const) {
    const [ours, theirs] = sides.map((side) => median(side[what].map(({ ms }) => ms)))
    const costs = sides[0]![what].map(({ ms }) => ms)
    bench.measured(
      {
        name: `book/${what}`,
        unit: 'ms of processor time',
        ours: rounded(ours!, 2),
        peer: theirs === undefined ? null : rounded(theirs, 2),
        peerName: base ?? null,
        ratio: theirs === undefined ? null : rounded(theirs / ours!, 2),
        runs: MONTHS,
        spread: rounded((Math.max(...costs) - Math.min(...costs)) / ours!, 2),
      },
      {},
    )
  }
  for (const { database, business } of sides) {
    await database.end()
    bench.holds('left running', await business.server.stop(), [])
  }
}

async function openSide(name: string, folder?: string): Promise<Side> {
  const business = await openSmallBusiness(join(benchFolder, `book-${name}`), folder)
  const database = new pg.Client({ connectionString: business.server.databaseUrl() })
  await database.connect()
  // The hourly reconciliation of the server would measure itself.
  await database.query(
    `insert into reconciliation_schedule (provider, scope, last_started_at)
     select p, scope, now() + interval '1 day' from unnest(array['STRIPE', 'PAYPAL']) p, unnest(array['EVENTS', 'STATE']) scope
     on conflict (provider, scope) do update set last_started_at = excluded.last_started_at`,
  )
  await business.buy(ACCOUNTS)
  const meter = createProcessorMeter(business.server.pid, await findPostmaster(business.server.databaseUrl()))
  await untilQuiet(meter)
  return { name, business, database, meter, webhook: [], object: [] }
}

/** Processor time of work until the server is quiet again. */
async function costOf(
  { meter }: Side,
  work: () => Promise<() => Promise<number>>,
): Promise<{ ms: number; count: number }> {
  const before = meter.seconds()
  const count = await work()
  await untilQuiet(meter)
  const seconds = meter.seconds() - before
  const units = await count()
  return { ms: (seconds * 1_000) / units, count: units }
}

async function countEvents({ business, database }: Side, mutation: string): Promise<() => Promise<number>> {
  const events = async () =>
    (await database.query<{ count: number }>('select count(*)::int as count from inbox_event')).rows[0]!.count
  const before = await events()
  await business.ask(mutation)
  return async () => (await events()) - before
}

async function compare(bench: Bench, { name, business }: Side, month: number): Promise<() => Promise<number>> {
  const { reconcile } = await business.ask<{
    reconcile: { reconciliationRun: { checkedCount: number; error: string | null; drift: { nodes: unknown[] } } }
  }>(
    `mutation { reconcile(input: { provider: STRIPE }, key: "month-${month}") { reconciliationRun { checkedCount error drift { nodes { kind object } } } } }`,
  )
  const { checkedCount, error, drift } = reconcile.reconciliationRun
  bench.holds(`differences of ${name} in month ${month}`, [drift.nodes, error], [[], null])
  return () => Promise.resolve(checkedCount)
}
