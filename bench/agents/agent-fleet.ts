import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { Bench, Figure, Measure } from '../bench.js'
import { deleteData } from '../harness/delete-data.js'
import { startHelper, type HelperProcess } from '../harness/helper-process.js'
import { startStackgate, type StackgateServer } from '../harness/stackgate-server.js'
import { benchFolder } from '../harness/project.js'
import { median, rounded, spread } from '../statistics.js'
import { SECRETS_KEY, seedFleet } from './seed.js'

/** Size of the fleet and of its history. `BENCH_SCALE=0.01` runs a rehearsal whose figures are meaningless. */
export const SCALE = Number(process.env['BENCH_SCALE'] ?? 1)

/** A running server with agents, and the process that plays them. */
export interface FleetSetup {
  readonly server: StackgateServer
  readonly pool: pg.Pool
  readonly url: string
  readonly serviceKey: string
  readonly fleet: HelperProcess
}

/** Sets it up, lets a benchmark use it, and leaves nothing running. */
export async function withFleet(
  bench: Bench,
  agents: number,
  use: (stage: FleetSetup) => Promise<void>,
): Promise<void> {
  const dataDir = join(benchFolder, 'agents/data')
  await deleteData(dataDir)
  const server = await startStackgate(dataDir, { SECRETS_KEY, LOG_LEVEL: 'warn' })
  const pool = new pg.Pool({ connectionString: server.databaseUrl(), max: 4 })
  const serviceKey = await seedFleet(pool, agents)
  await pool.query('analyze')
  const url = new URL(server.graphqlUrl).origin
  const fleet = startHelper('agents/fleet-process.js', 'agents-fleet', { SERVER_URL: url, SERVICE_KEY: serviceKey })
  await use({ server, pool, url, serviceKey, fleet })
  await checkFleet(bench, pool)
  await fleet.stop()
  await pool.end()
  bench.holds('left running', await server.stop(), [])
}

/** No command was lost, run twice or left behind. */
async function checkFleet(bench: Bench, pool: pg.Pool): Promise<void> {
  await pause(1_000)
  const { rows } = await pool.query<{ status: string; attempt: number; commands: number }>(
    `select status, attempt, count(*)::int as commands from command where status <> 'SUCCEEDED' or attempt > 1 group by 1, 2`,
  )
  bench.holds('commands that are not done, or were handed out twice', rows, [])
}

/** A measure of ours alone: its median against the most that it may be. */
export const measureAlone = (
  name: string,
  unit: string,
  runs: readonly number[],
  figure: number,
  held = median(runs),
): { measure: Measure; figure: Figure } => ({
  measure: {
    name,
    unit,
    ours: rounded(held, 3),
    peer: null,
    peerName: null,
    ratio: null,
    runs: runs.length,
    spread: rounded(spread(runs), 3),
  },
  figure: { max: figure },
})
