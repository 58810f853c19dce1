import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { seedFleet } from '../agents/seed.js'
import type { Bench } from '../bench.js'
import { startHelper, type HelperProcess } from '../harness/helper-process.js'
import type { StackgateServer } from '../harness/stackgate-server.js'
import { quantile, rounded } from '../statistics.js'
import { startMultiProcessServer } from '../webhooks/multi-process-server.js'
import type { HerdDelivery, HerdState } from './herd-process.js'

/** `BENCH_SCALE=0.01` runs a rehearsal whose figures are meaningless. */
const WANTED = Math.round(20_000 * Number(process.env['BENCH_SCALE'] ?? 1))
/** Files that a process needs apart from the sockets of the agents, and sockets that are being closed. */
const OTHER_FILES = 1_000
const HELPERS = 2
const POLL_SECONDS = 60
const RAMP_SECONDS = 45
const COMMANDS_PER_SECOND = 50
const COMMAND_SECONDS = 60
/** Health checks of `deploy/haproxy.cfg`. */
const CHECK_MS = 1_000
const FALL = 2
const LOOK_MS = 250
/** The others poll again at this moment, or report a command. */
const HELD = 0.999
const REPORTING = COMMANDS_PER_SECOND
const GIVE_UP_MS = 180_000

const openFiles = (): number =>
  Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? Infinity)

/**
 * Agents that wait at two processes while one of them is restarted: the time until the other one holds all of them, the
 * time until the restarted one holds its half, and the delivery of commands that are queued during that time.
 */
export async function measureHerd(bench: Bench): Promise<void> {
  const agents = Math.min(WANTED, openFiles() - OTHER_FILES)
  if (agents < WANTED) bench.say(`this machine allows ${openFiles()} open files: ${agents} agents instead of ${WANTED}`)
  const harness = await startMultiProcessServer('scale-herd', {
    DATABASE_CONNECTIONS: '20',
    DRAIN_SECONDS: '20',
    LOG_LEVEL: 'warn',
  })
  const stays = await harness.startRole('api', 'api-1')
  let restarted = await harness.startRole('api', 'api-2')
  const pool = new pg.Pool({ connectionString: harness.databaseUrl, max: 4 })
  const serviceKey = await seedFleet(pool, agents)
  await pool.query('analyze')
  const helpers = Array.from({ length: HELPERS }, (_, index) =>
    startHelper('scale/herd-process.js', `scale-herd-${index}`, { SERVICE_KEY: serviceKey }),
  )
  const all = <Answer>(request: object) => Promise.all(helpers.map((helper) => helper.ask<Answer>(request)))
  const route = (second: StackgateServer | null) =>
    all({ ask: 'targets', urls: [stays, second].map((each) => each && new URL(each.graphqlUrl).origin) })
  await route(restarted)
  await hold(helpers, agents)
  const count = async (servers: readonly StackgateServer[]) => {
    const counts = await Promise.all(servers.map(heldBy))
    return counts.reduce((sum, each) => sum + each, 0)
  }
  const untilHeld = async (servers: readonly StackgateServer[], since: number, wanted = agents): Promise<number> => {
    for (let held = 0; ; held = await count(servers)) {
      if (held >= wanted * HELD - REPORTING) return (performance.now() - since) / 1000
      if (performance.now() - since > GIVE_UP_MS) throw new Error(`${held} of ${wanted} agents are held`)
      await pause(LOOK_MS)
    }
  }
  await untilHeld([stays, restarted], performance.now())
  bench.say(`${agents} agents wait`)
  await all({ ask: 'deliver', perSecond: COMMANDS_PER_SECOND / HELPERS, seconds: COMMAND_SECONDS })
  await pause(5_000)

  const stopping = performance.now()
  const health = new URL('/health/ready', restarted.graphqlUrl)
  const stopped = stopAsOperator(restarted)
  for (let failed = 0; failed < FALL;) {
    await pause(CHECK_MS)
    const status = await fetch(health).then(
      (response) => response.status,
      () => 0,
    )
    failed = status === 200 ? 0 : failed + 1
  }
  await route(null)
  const moved = await untilHeld([stays], stopping)
  bench.say(`one process holds all after ${moved.toFixed(1)} s`)
  bench.holds('left running', await stopped, [])
  restarted = await harness.startRole('api', 'api-2')
  const began = performance.now()
  await route(restarted)
  // The agents return with their next poll.
  const back = await untilHeld([restarted], began, Math.floor(agents / 2))
  report(bench, { agents, moved, back, deliveries: await all<HerdDelivery>({ ask: 'delivery' }) })

  const states = await all<HerdState>({ ask: 'state' })
  for (const { failures, lastFailure } of states)
    if (failures > 0) bench.say(`${failures} calls failed and were repeated, the last with: ${lastFailure}`)
  const failures = states.reduce((sum, each) => sum + each.failures, 0)
  bench.measured({ name: 'scale/herd-failures', unit: 'calls that were repeated', ours: failures, ...ALONE }, {})
  const { rows } = await pool.query(
    `select status, attempt, count(*)::int as commands from command where status <> 'SUCCEEDED' or attempt > 1 group by 1, 2`,
  )
  bench.holds('commands that are not done, or were handed out twice', rows, [])
  await Promise.all(helpers.map((helper) => helper.stop()))
  await pool.end()
  bench.holds('left running', (await Promise.all([stays, restarted].map((server) => server.stop()))).flat(), [])
  await harness.close()
}

const hold = (helpers: readonly HelperProcess[], agents: number): Promise<unknown> => {
  const share = Math.ceil(agents / helpers.length)
  const options = { rampSeconds: RAMP_SECONDS, pollSeconds: POLL_SECONDS }
  return Promise.all(
    helpers.map((helper, index) => {
      const first = index * share + 1
      return helper.ask({ ask: 'hold', first, agents: Math.min(share, agents - first + 1), ...options })
    }),
  )
}

/** One signal to the server alone. Ctrl-C reaches it twice, and on a busy machine the second one can end it immediately. */
async function stopAsOperator(server: StackgateServer): Promise<unknown[]> {
  process.kill(server.pid, 'SIGTERM')
  while (isRunning(server.pid)) await pause(100)
  return server.stop()
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Polls that a process holds, by its metric. */
async function heldBy({ graphqlUrl }: StackgateServer): Promise<number> {
  const response = await fetch(new URL('/metrics', graphqlUrl))
  return Number(/^stackgate_long_polls(?:\{[^}]*\})? (\d+)/m.exec(await response.text())?.[1] ?? 0)
}

const ALONE = { peer: null, peerName: null, ratio: null, runs: 1, spread: 0 }

interface Herd {
  readonly agents: number
  readonly moved: number
  readonly back: number
  readonly deliveries: readonly HerdDelivery[]
}

function report(bench: Bench, { agents, moved, back, deliveries }: Herd): void {
  const sent = deliveries.reduce((sum, each) => sum + each.sent, 0)
  const delays = deliveries.flatMap(({ milliseconds }) => milliseconds)
  bench.holds('commands that arrived', delays.length, sent)
  const measured = (name: string, unit: string, ours: number) =>
    bench.measured({ name: `scale/${name}`, unit, ours, ...ALONE }, {})
  measured('herd-agents', 'agents', agents)
  measured('herd', 's until one process holds all', rounded(moved, 1))
  measured('herd-back', 's until the restarted process holds its half', rounded(back, 1))
  const [p50, p99] = [quantile(delays, 0.5), quantile(delays, 0.99)].map((each) => rounded(each, 1)) as [number, number]
  bench.measured({ name: 'scale/herd-delivery', unit: 'ms', ours: p99, ...ALONE, p50, p99 }, {})
  measured('herd-delivery-max', 'ms', rounded(Math.max(...delays), 0))
}
