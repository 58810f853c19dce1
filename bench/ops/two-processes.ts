import { createProcessorMeter } from '../harness/processor-meter.js'
import pg from 'pg'
import type { Bench } from '../bench.js'
import { usageLoad, type UsageLoadPlan } from '../entitlements/usage-load.js'
import { entitlementCatalog } from '../entitlements/catalog.js'
import { assertInvariants } from '../entitlements/invariants.js'
import { bodyOf, OUR_CONSUME } from '../entitlements/requests.js'
import { seedOurs } from '../entitlements/seed.js'
import { builtModule } from '../harness/project.js'
import { median, rounded, spread } from '../statistics.js'
import { startMultiProcessServer } from '../webhooks/multi-process-server.js'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ACCOUNTS = 1_000
const CONNECTIONS = 32
const SECONDS = 5
const ROUNDS = 3

type CreateServiceKey = (
  sql: unknown,
  mode: 'sandbox',
  request: { name: string; scopes: string[]; accountId: null },
) => Promise<string>

/**
 * Measures the same clients at one API process and spread over two, with one worker process and one PostgreSQL on this
 * machine.
 */
export async function measureTwoServers(bench: Bench): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'stackgate-two-servers-'))
  const catalog = join(folder, 'catalog.yaml')
  writeFileSync(catalog, entitlementCatalog())
  const harness = await startMultiProcessServer('ops-two-servers', { CATALOG: catalog })
  const one = await harness.startRole('api')
  const two = await harness.startRole('api', 'second')
  const client = new pg.Client({ connectionString: harness.databaseUrl })
  await client.connect()
  const { createServiceKey } = await builtModule<{ createServiceKey: CreateServiceKey }>(
    'services/identity/tokens/service-keys.js',
  )
  const { createSql } = await builtModule<{ createSql: (client: pg.Client, newId: unknown) => unknown }>(
    'services/kernel/database/sql.js',
  )
  const { createSources } = await builtModule<{ createSources: () => { newId: unknown } }>(
    'services/kernel/context/sources.js',
  )
  const scopes = ['entitlements:read', 'entitlements:write']
  const token = await createServiceKey(createSql(client, createSources().newId), 'sandbox', {
    name: 'bench',
    scopes,
    accountId: null,
  })
  await seedOurs(client, { from: 0, to: ACCOUNTS - 1 }, 1_000)

  const load = async (servers: readonly (typeof one)[], seconds: number) => {
    const results = await Promise.all(
      servers.map((server) => {
        const plan: UsageLoadPlan = {
          url: server.graphqlUrl,
          token,
          steps: [{ template: bodyOf(OUR_CONSUME), expected: OUR_CONSUME.expected }],
          firstAccount: 0,
          accounts: ACCOUNTS,
          connections: CONNECTIONS / servers.length,
          seconds,
        }
        return usageLoad(plan, createProcessorMeter(server.pid))
      }),
    )
    for (const { wrong, sample } of results) bench.holds('wrong answers', [wrong, sample], [0, null])
    return results.reduce((sum, { requestsPerSecond }) => sum + requestsPerSecond, 0)
  }
  await load([one], 2)
  await load([one, two], 2)
  const pairs: { alone: number; together: number }[] = []
  for (let round = 1; round <= ROUNDS; round += 1) {
    const pair = { alone: await load([one], SECONDS), together: await load([one, two], SECONDS) }
    pairs.push(pair)
    bench.say(`round ${round}: one ${pair.alone.toFixed(0)}/s, two ${pair.together.toFixed(0)}/s`)
  }
  const ratios = pairs.map(({ alone, together }) => together / alone)
  bench.measured(
    {
      name: 'ops/two-servers',
      unit: 'requests/s',
      ours: rounded(median(pairs.map(({ together }) => together)), 0),
      peer: rounded(median(pairs.map(({ alone }) => alone)), 0),
      peerName: 'one API process',
      ratio: rounded(median(ratios), 3),
      runs: ratios.length,
      spread: rounded(spread(ratios), 3),
    },
    { min: 0 }, // Printed for capacity planning. There is no target.
  )
  await assertInvariants(bench, client)
  await client.end()
  for (const server of [one, two]) bench.holds('left running', await server.stop(), [])
  await harness.close()
  rmSync(folder, { recursive: true, force: true })
}
