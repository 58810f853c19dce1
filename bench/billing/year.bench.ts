import { join } from 'node:path'
import type { Bench } from '../bench.js'
import { benchFolder, builtModule } from '../harness/project.js'
import { rounded } from '../statistics.js'
import { openSmallBusiness } from './small-business.js'

const ACCOUNTS = 200
const MONTHS = 12

/**
 * Runs a year of a small business on the real server and the sandbox: purchases, renewals, failed payments, and the
 * totals at its end.
 */
export async function benchmarkYear(bench: Bench): Promise<void> {
  const dataDir = join(benchFolder, 'year')
  const { server, ask, buy } = await openSmallBusiness(dataDir)
  await buy(ACCOUNTS)
  bench.say(`${ACCOUNTS} accounts have bought`)

  const begin = performance.now()
  for (let month = 1; month <= MONTHS; month++) {
    await ask(`mutation { advanceClock(input: { bySeconds: 2635200 }) { __typename } }`)
    bench.say(`month ${month} is over after ${((performance.now() - begin) / 1000).toFixed(0)} s`)
  }
  const seconds = (performance.now() - begin) / 1000
  bench.measured(
    {
      name: 'billing/year',
      unit: 's',
      ours: rounded(seconds, 1),
      peer: null,
      peerName: null,
      ratio: null,
      runs: 1,
      spread: 0,
    },
    { max: 600 },
  )
  const { reconcile } = await ask<{
    reconcile: { reconciliationRun: { drift: { nodes: unknown[] }; error: string | null; checkedCount: number } }
  }>(
    `mutation { reconcile(input: { provider: STRIPE }, key: "year") { reconciliationRun { checkedCount error drift { nodes { kind object ours theirs } } } } }`,
  )
  const records = reconcile.reconciliationRun
  bench.say(`${records.checkedCount} objects of the provider compared`)
  bench.holds('drift at the end of the year', [records.drift.nodes, records.error], [[], null])
  const { webhookEvents } = await ask<{ webhookEvents: { nodes: unknown[] } }>(
    `{ webhookEvents(filter: { statuses: [DEAD, RETRYING, DEFERRED, QUARANTINED] }) { nodes { type statusReason } } }`,
  )
  const { installationInvariants } = await builtModule<{
    installationInvariants: (env: NodeJS.ProcessEnv) => Promise<{ name: string; ok: boolean }[]>
  }>('startup/installation-invariants.js')
  bench.holds(
    'broken invariants',
    (await installationInvariants({ ...process.env, DATABASE_URL: server.databaseUrl() })).filter(({ ok }) => !ok),
    [],
  )
  bench.holds('events that rest', webhookEvents.nodes, [])
  bench.holds('left running', await server.stop(), [])
}
