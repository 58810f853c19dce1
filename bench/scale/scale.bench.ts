import type { Bench } from '../bench.js'
import { measureAffinity } from './affinity.js'
import { measureFanOut } from './fan-out.js'
import { measureHerd } from './herd.js'
import { measureHistory } from './history.js'
import { measurePartitions } from './partitions.js'

/** Several API processes on one PostgreSQL. `BENCH_PARTS=affinity` measures one part. */
export async function benchmarkScale(bench: Bench): Promise<void> {
  const parts = {
    history: measureHistory,
    affinity: measureAffinity,
    fanout: measureFanOut,
    herd: measureHerd,
    partitions: measurePartitions,
  }
  const wanted = process.env['BENCH_PARTS']?.split(',') ?? Object.keys(parts).filter((name) => name !== 'history')
  for (const [name, measure] of Object.entries(parts)) if (wanted.includes(name)) await measure(bench)
}
