import pg from 'pg'
import { Pool } from 'undici'
import type { Bench } from '../bench.js'
import { startStackgate, type StackgateServer } from '../harness/stackgate-server.js'
import { startBenchServer } from './bench-server.js'
import { assertInvariants } from './invariants.js'
import { bodyOf, OUR_CONSUME } from './requests.js'
import { accountId, seedOurs } from './seed.js'

const CONSUMES = Number(process.env['SOAK_CONSUMES'] ?? 1_000_000)
const ACCOUNTS = 100
const CONNECTIONS = 64
const KILLS = 5
const RETRY_MS = 50
const GIVE_UP_MS = 60_000

/**
 * Runs a million consumptions while the server is killed repeatedly. Every client retries under the same key until it
 * gets a response. In the end the ledger must contain each key once, with the ID that was returned.
 */
export async function benchmarkSoak(bench: Bench): Promise<void> {
  const harness = await startBenchServer('entitlements-soak')
  await seedOurs(harness.client, { from: 0, to: ACCOUNTS - 1 }, 0)
  const databaseUrl = harness.server.databaseUrl()
  await harness.client.end()

  const begin = performance.now()
  const calls = callsTo(harness.server.graphqlUrl, harness.token)
  const killAt = Array.from({ length: KILLS }, (_, kill) => Math.floor(((kill + 1) * CONSUMES) / (KILLS + 1)))
  const answered: string[] = []
  let [next, done] = [0, 0]
  let restart: Promise<StackgateServer> = Promise.resolve(harness.server)
  const client = async (): Promise<void> => {
    for (let number = next++; number < CONSUMES; number = next++) {
      answered[number] = await calls.until(number)
      if (++done === killAt[0]) {
        killAt.shift()
        restart = restart.then((server) => killed(bench, server, harness.folder, calls, done))
      }
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, client))
  const server = await restart
  const seconds = (performance.now() - begin) / 1000
  bench.measured(
    {
      name: 'entitlements/soak',
      unit: 'consumptions/s, kills included',
      ours: Math.round(CONSUMES / seconds),
      peer: null,
      peerName: null,
      ratio: null,
      runs: 1,
      spread: 0,
    },
    { min: 0 },
  )
  await calls.close()
  const after = new pg.Client({ connectionString: databaseUrl })
  await after.connect()
  await compare(bench, after, answered)
  await assertInvariants(bench, after)
  await after.end()
  bench.holds('left running', await server.stop(), [])
}

async function killed(
  bench: Bench,
  server: StackgateServer,
  folder: string,
  calls: ReturnType<typeof callsTo>,
  done: number,
): Promise<StackgateServer> {
  process.kill(server.pid, 'SIGKILL')
  bench.say(`killed after ${done} answers`)
  const again = await startStackgate(`${folder}/data`, { CATALOG: `${folder}/catalog.yaml` })
  bench.say(`answering again after ${again.startSeconds.toFixed(1)} s`)
  await calls.moveTo(again.graphqlUrl)
  return again
}

/** Sends the nth consumption, repeated under its key until it has a response, whichever server runs by then. */
function callsTo(url: string, token: string) {
  let target = new URL(url)
  let pool = new Pool(target.origin, { connections: CONNECTIONS })
  const template = bodyOf(OUR_CONSUME)
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
  const once = async (number: number): Promise<string | null> => {
    const body = template.replace('{A}', accountId(number % ACCOUNTS)).replace('{K}', `soak-${number}`)
    const answer = await pool.request({ path: target.pathname, method: 'POST', headers, body })
    const text = await answer.body.text()
    return /"consumption":\{"id":"([^"]+)"/.exec(text)?.[1] ?? null
  }
  return {
    async until(number: number): Promise<string> {
      for (const deadline = Date.now() + GIVE_UP_MS; Date.now() < deadline;) {
        const id = await once(number).catch(() => null)
        if (id) return id
        await new Promise((wake) => setTimeout(wake, RETRY_MS))
      }
      throw new Error(`consumption ${number} was not answered within ${GIVE_UP_MS} ms`)
    },
    async moveTo(there: string): Promise<void> {
      const before = pool
      target = new URL(there)
      pool = new Pool(target.origin, { connections: CONNECTIONS })
      await before.destroy()
    },
    close: () => pool.close(),
  }
}

/** Checks that the ledger contains every key once, under the ID that its caller received. */
async function compare(bench: Bench, client: pg.Client, answered: readonly string[]): Promise<void> {
  const { rows } = await client.query<{
    key: string
    account: string
    version: string
    operationNo: number
    operation_total: string
  }>(
    `select key, account_id as account, version, operation_no, operation_total from ledger_entry where key like 'soak-%'`,
  )
  bench.holds('keys in the ledger', rows.length, CONSUMES)
  let [wrong, units] = [0, 0]
  for (const { key, account, version, operationNo, operation_total: total } of rows) {
    units += Number(total)
    const published = answered[Number(key.slice('soak-'.length))]
    if (!published?.includes(`${account.slice('acc_'.length)}-${version}-${operationNo}`)) wrong++
  }
  bench.holds('units taken', units, CONSUMES)
  bench.holds('answers that name another movement than the ledger', wrong, 0)
}
