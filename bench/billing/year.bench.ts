import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench } from '../bench.js'
import { startStackgate } from '../harness/stackgate-server.js'
import { benchFolder, builtModule } from '../harness/project.js'
import { rounded } from '../statistics.js'

const ACCOUNTS = 200
const MONTHS = 12
const AT_ONCE = 8

interface LocalTokens {
  readonly signLocalToken: (
    clock: { now(): number },
    dataDir: string,
    request: { email: string; roles: string[] },
  ) => Promise<string>
}

/**
 * Runs a year of a small business on the real server and the sandbox: purchases, renewals, failed payments, and the
 * totals at its end.
 */
export async function benchmarkYear(bench: Bench): Promise<void> {
  const dataDir = join(benchFolder, 'year')
  rmSync(dataDir, { recursive: true, force: true })
  const server = await startStackgate(dataDir)
  const { signLocalToken } = await builtModule<LocalTokens>('services/identity/tokens/local-tokens.js')
  const operator = await signLocalToken(Date, dataDir, { email: 'ops@example.com', roles: ['admin'] })
  const ask = async <Data>(query: string, token: string): Promise<Data> => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
    const answer = await fetch(server.graphqlUrl, { method: 'POST', headers, body: JSON.stringify({ query }) })
    const { data, errors } = (await answer.json()) as { data: Data; errors?: unknown }
    if (errors) throw new Error(JSON.stringify(errors))
    return data
  }
  const control = controlOf(server.sandboxUrl, readFileSync(join(dataDir, 'sandbox-token'), 'utf8').trim())

  let next = 0
  const buyer = async () => {
    for (let index = next++; index < ACCOUNTS; index = next++) {
      const token = await signLocalToken(Date, dataDir, { email: `buyer-${index}@example.com`, roles: ['user'] })
      const plan = ['basic', 'plus', 'individual'][index % 3]
      const { startSubscription } = await ask<{ startSubscription: { checkout: { providerReference: string } } }>(
        `mutation { startSubscription(input: { provider: STRIPE, plan: "${plan}", quantity: ${1 + (index % 4)} }, key: "year") { checkout { providerReference } } }`,
        token,
      )
      await control(`checkouts/${startSubscription.checkout.providerReference}/pay`, {})
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, buyer))
  bench.say(`${ACCOUNTS} accounts have bought`)

  const begin = performance.now()
  for (let month = 1; month <= MONTHS; month++) {
    await ask(`mutation { advanceClock(input: { bySeconds: 2635200 }) { __typename } }`, operator)
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
    operator,
  )
  const records = reconcile.reconciliationRun
  bench.say(`${records.checkedCount} objects of the provider compared`)
  bench.holds('drift at the end of the year', [records.drift.nodes, records.error], [[], null])
  const { webhookEvents } = await ask<{ webhookEvents: { nodes: unknown[] } }>(
    `{ webhookEvents(filter: { statuses: [DEAD, RETRYING, DEFERRED, QUARANTINED] }) { nodes { type statusReason } } }`,
    operator,
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

/** The sandbox's control interface. */
const controlOf = (sandboxUrl: string, token: string) => async (path: string, body: unknown) => {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const answer = await fetch(`${sandboxUrl}/_sandbox/api/${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
}
