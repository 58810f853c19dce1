import type { Bench } from '../bench.js'
import { measureAffinity } from './affinity.js'
import { measureFanOut } from './fan-out.js'
import { measureHerd } from './herd.js'
import { measurePartitions } from './partitions.js'

/** Several API processes on one PostgreSQL. `BENCH_PARTS=affinity` measures one part. */
export async function benchmarkScale(bench: Bench): Promise<void> {
  const parts = { affinity: measureAffinity, fanout: measureFanOut, herd: measureHerd, partitions: measurePartitions }
  const wanted = process.env['BENCH_PARTS']?.split(',') ?? Object.keys(parts)
  for (const [name, measure] of Object.entries(parts)) if (wanted.includes(name)) await measure(bench)
}
