import { loadavg } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { ACCOUNT, SECRETS_KEY, seedFleet, seedHistory } from '../agents/seed.js'
import type { Bench } from '../bench.js'
import { deleteData } from '../harness/delete-data.js'
import { startHelper, type HelperProcess } from '../harness/helper-process.js'
import { startStackgate } from '../harness/stackgate-server.js'
import { benchFolder, builtModule } from '../harness/project.js'
import { residentBytes } from '../harness/process-table.js'
import { median, rounded, spread } from '../statistics.js'
import type { AttackResult } from './attack.js'
import { INSPECTED, watchMainThread, type MainThread } from './main-thread.js'
import type { ProbeResult } from './probe.js'
import { seedRunningCommands } from './running-commands.js'

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5)
const SECONDS = 10
const AGENTS = 4
const REPORTED = 100
/** Each is a log of about this many bytes. */
const REPORT_BYTES = 200_000
const MEBIBYTE = 1_048_576

/** Measures how ten senders of the most expensive requests slow other requests down: the same probes run without them and with them, in turn. */
export async function benchmarkHostile(bench: Bench): Promise<void> {
  const dataDir = join(benchFolder, 'hostile/data')
  await deleteData(dataDir)
  const server = await startStackgate(dataDir, { SECRETS_KEY, LOG_LEVEL: 'error', ...INSPECTED })
  const pool = new pg.Pool({ connectionString: server.databaseUrl(), max: 2 })
  const commandsKey = await seedFleet(pool, AGENTS)
  await seedReports(pool)
  await seedRunningCommands(pool, AGENTS)
  const url = new URL(server.graphqlUrl).origin
  const env = { SERVER_URL: url, ACCOUNT }
  const probe = startHelper('hostile/probe.js', 'hostile-probe', { ...env, SERVICE_KEY: await checksKey(pool) })
  const plans = JSON.stringify(await planIds(server.graphqlUrl))
  const attack = startHelper('hostile/attack.js', 'hostile-attack', {
    ...env,
    SERVICE_KEY: commandsKey,
    PLAN_IDS: plans,
  })
  await probe.ask<ProbeResult>({ seconds: 3 })
  await attack.ask<AttackResult>({ seconds: 5 })

  const pairs: { control: ProbeResult; hostile: ProbeResult }[] = []
  let maxBytes = 0
  const watching = setInterval(() => (maxBytes = Math.max(maxBytes, residentBytes(server.pid))), 200)
  for (let round = 1; round <= ROUNDS; round++) {
    const control = await probe.ask<ProbeResult>({ seconds: SECONDS })
    const { hostile, answers } = await underAttack(probe, attack)
    pairs.push({ control, hostile })
    bench.holds(`wrong answers in round ${round}`, [control.wrong, hostile.wrong], [0, 0])
    bench.holds(`reports refused in round ${round}`, refusedReports(answers), [])
    bench.say(`${round}/${ROUNDS}, load ${loadavg()[0]!.toFixed(1)}: check p99 ${shown(control.checkP99)} alone, ${shown(hostile.checkP99)} beside; health/live p99 ${shown(control.liveP99)} and ${shown(hostile.liveP99)}`) // prettier-ignore
    for (const [name, count] of Object.entries(answers)) bench.say(`  ${name}, ${count} times`)
  }
  clearInterval(watching)
  report(bench, 'hostile/check-p99', pairs, ({ checkP99 }) => checkP99, 250)
  report(bench, 'hostile/live-p99', pairs, ({ liveP99 }) => liveP99, 100)
  await measurePieces(bench, attack, await watchMainThread(server.pid, `${dataDir}.log`))
  const memory = rounded(maxBytes / MEBIBYTE, 0)
  const alone = { peer: null, peerName: null, ratio: null, runs: 1, spread: 0 }
  bench.measured({ name: 'hostile/memory', unit: 'MiB at most', ours: memory, ...alone }, { max: 1_500 })
  await probe.stop()
  await attack.stop()
  await pool.end()
  bench.holds('left running', await server.stop(), [])
}

async function underAttack(probe: HelperProcess, attack: HelperProcess) {
  const attacking = attack.ask<AttackResult>({ seconds: SECONDS + 2 })
  const hostile = await probe.ask<ProbeResult>({ seconds: SECONDS })
  return { hostile, answers: await attacking }
}

/** A busy server can reject a report for a retry. Otherwise it accepts each. */
const refusedReports = (answers: AttackResult): string[] =>
  Object.keys(answers).filter((name) => name.startsWith('a report') && !/: (200|503)$/.test(name))

const TIMES = 3

/** Measures the longest time that each kind of request, sent alone, blocks the event loop of the main thread. */
async function measurePieces(bench: Bench, attack: HelperProcess, mainThread: MainThread): Promise<void> {
  const pieces: number[] = []
  for (const kind of await attack.ask<string[]>({})) {
    await attack.ask<AttackResult>({ kind, times: TIMES })
    const piece = await mainThread.maxTaskTime(() => attack.ask<AttackResult>({ kind, times: TIMES }))
    bench.say(`longest piece of the main thread for ${kind}: ${shown(piece)} of processor time`)
    pieces.push(piece)
  }
  mainThread.close()
  const maximum = { ours: rounded(Math.max(...pieces), 0), peer: null, peerName: null, ratio: null }
  const spread = 0
  bench.measured({ name: 'hostile/longest-piece', unit: 'ms of processor time', ...maximum, runs: TIMES, spread }, { max: 200 }) // prettier-ignore
}

const shown = (milliseconds: number): string => `${milliseconds.toFixed(1)} ms`

function report(
  bench: Bench,
  name: string,
  pairs: readonly { control: ProbeResult; hostile: ProbeResult }[],
  latency: (result: ProbeResult) => number,
  limit: number,
): void {
  const runs = pairs.map(({ hostile }) => latency(hostile))
  bench.say(`${name}: the control took ${shown(median(pairs.map(({ control }) => latency(control))))} at the median`)
  bench.measured(
    {
      name,
      unit: 'ms',
      ours: rounded(median(runs), 1),
      peer: null,
      peerName: null,
      ratio: null,
      runs: runs.length,
      spread: rounded(spread(runs), 2),
      p99: rounded(Math.max(...runs), 1),
    },
    { max: limit },
  )
}

/** A hundred commands that were reported with logs. */
async function seedReports(pool: pg.Pool): Promise<void> {
  await seedHistory(pool, 1, 1, REPORTED)
  const line = { ts: null, stream: 'stdout', message: 'x'.repeat(200), redacted: false }
  const lines = Array.from({ length: REPORT_BYTES / JSON.stringify(line).length }, () => line)
  const result = JSON.stringify({ type: 'logs', lines })
  await pool.query(
    `update command set result = $1::jsonb, report_id = 'rep_' || id where deployment_hash = 'bench_1'`,
    [result],
  )
  await pool.query(
    `insert into command_report (id, account_id, command_id, body, encoding)
     select report_id, account_id, id, $1, 'IDENTITY' from command where deployment_hash = 'bench_1'`,
    [Buffer.from(JSON.stringify({ status: 'success', result: { type: 'logs', lines } }))],
  )
  await pool.query('vacuum (analyze) command')
}

async function checksKey(pool: pg.Pool): Promise<string> {
  const { createSql } = await builtModule<{ createSql: (pool: pg.Pool, newId: unknown) => object }>(
    'services/kernel/database/sql.js',
  )
  const { createSources } = await builtModule<{ createSources: () => { newId: unknown } }>(
    'services/kernel/context/sources.js',
  )
  const { createServiceKey } = await builtModule<{
    createServiceKey: (sql: object, mode: string, request: object) => Promise<string>
  }>('services/identity/tokens/service-keys.js')
  const scopes = ['entitlements:read']
  return createServiceKey(createSql(pool, createSources().newId), 'sandbox', { name: 'probe', scopes, accountId: null })
}

async function planIds(url: string): Promise<string[]> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ plans { id } }' }),
  })
  const { data } = (await response.json()) as { data: { plans: { id: string }[] } }
  return data.plans.map(({ id }) => id)
}
