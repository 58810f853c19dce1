import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import type { Bench } from '../bench.js'
import { deleteData } from '../harness/delete-data.js'
import { benchFolder, projectFolder } from '../harness/project.js'
import { startStackgate } from '../harness/stackgate-server.js'
import { planCatalog } from '../plans/catalog.js'
import { median, rounded, spread } from '../statistics.js'

const PLANS = 1_000
const RUNS = Number(process.env['BENCH_ROUNDS'] ?? 3)
/** Checkout of an earlier commit that `npm start` has built once. Without it there is no peer. */
const EARLIER = process.env['BENCH_EARLIER']
const MAX_SECONDS = 15

/**
 * Processor time of a new start with a catalog of 1,000 plans and 1,998 prices, until the first response: npm, server,
 * payment sandbox and PostgreSQL. Stripe and PayPal receive each price.
 */
export async function benchmarkCatalogStart(bench: Bench): Promise<void> {
  const folder = join(benchFolder, 'catalog-start')
  mkdirSync(folder, { recursive: true })
  const catalog = join(folder, 'catalog.yaml')
  writeFileSync(catalog, planCatalog(PLANS))
  const measure = async (side: string, checkout: string) => {
    const dataDir = join(folder, side)
    await deleteData(dataDir)
    const server = await startStackgate(dataDir, { CATALOG: catalog, DASHBOARD: 'off' }, checkout)
    const seconds = server.familySeconds()
    bench.say(`${side}: ${seconds.toFixed(1)} s of processor time, ${server.startSeconds.toFixed(1)} s`)
    bench.holds(`${side}: prices at the providers`, await pricesByProvider(server.databaseUrl()), {
      PAYPAL: 2 * (PLANS - 1),
      STRIPE: 2 * (PLANS - 1),
    })
    bench.holds(`${side}: left running`, await server.stop(), [])
    return seconds
  }

  const ours: number[] = []
  const earlier: number[] = []
  for (let run = 1; run <= RUNS; run += 1) {
    ours.push(await measure('ours', projectFolder))
    if (EARLIER) earlier.push(await measure('earlier', EARLIER))
  }
  const alone = { unit: 's', peer: null, peerName: null, ratio: null, runs: ours.length }
  bench.measured(
    {
      ...alone,
      name: 'catalog-start/processor',
      ours: rounded(Math.max(...ours), 1),
      spread: rounded(spread(ours), 3),
    },
    { max: MAX_SECONDS },
  )
  if (!EARLIER) return
  const ratios = ours.map((seconds, index) => earlier[index]! / seconds)
  bench.measured(
    {
      ...alone,
      name: 'catalog-start/earlier',
      ours: rounded(median(ours), 1),
      peer: rounded(median(earlier), 1),
      peerName: 'earlier commit',
      ratio: rounded(median(ratios), 2),
      spread: rounded(spread(ratios), 3),
    },
    {},
  )
}

async function pricesByProvider(databaseUrl: string): Promise<Record<string, number>> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ provider: string; count: number }>(
      'select provider, count(*)::int as count from provider_price group by provider',
    )
    return Object.fromEntries(rows.map(({ provider, count }) => [provider, count]))
  } finally {
    await client.end()
  }
}
