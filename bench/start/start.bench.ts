import { join } from 'node:path'
import type { Bench } from '../bench.js'
import { startStackgate } from '../harness/stackgate-server.js'
import { residentBytes } from '../harness/process-table.js'
import { deleteData } from '../harness/delete-data.js'
import { benchFolder } from '../harness/project.js'
import { rounded, spread } from '../statistics.js'

const RUNS = 3
/** Time between the first response and the memory measurement: the server collects once after 5 s, and V8 returns the pages 9 s later. */
const IDLE_MS = 20_000
const BYTES_PER_MEGABYTE = 1_000_000

/**
 * Time from `npm start` to the first response, with a new data folder and with an existing one; and the idle memory.
 */
export async function benchmarkStart(bench: Bench): Promise<void> {
  const dataDir = join(benchFolder, 'start/data')
  const onNew: number[] = []
  const warm: number[] = []
  const resident: number[] = []
  for (let run = 1; run <= RUNS; run += 1) {
    await deleteData(dataDir)
    const server = await startStackgate(dataDir)
    onNew.push(server.startSeconds)
    bench.say(`new ${run}/${RUNS}: ${server.startSeconds.toFixed(2)} s`)
    bench.holds('left running', await server.stop(), [])
  }
  for (let run = 1; run <= RUNS; run += 1) {
    const server = await startStackgate(dataDir)
    warm.push(server.startSeconds)
    await new Promise((wake) => setTimeout(wake, IDLE_MS))
    resident.push(residentBytes(server.pid) / BYTES_PER_MEGABYTE)
    bench.say(`warm ${run}/${RUNS}: ${server.startSeconds.toFixed(2)} s, idle ${resident.at(-1)?.toFixed(0)} MB`)
    bench.holds('left running', await server.stop(), [])
  }
  worst(bench, 'start/new', 's', onNew, 10)
  worst(bench, 'start/warm', 's', warm, 5)
  worst(bench, 'idle/rss', 'MB', resident, 250)
}

function worst(bench: Bench, name: string, unit: string, runs: readonly number[], max: number): void {
  const ours = rounded(Math.max(...runs), 2)
  const found = { name, unit, ours, peer: null, peerName: null, ratio: null, runs: runs.length }
  bench.measured({ ...found, spread: rounded(spread(runs), 3) }, { max })
}
