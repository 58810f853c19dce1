import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { ProcessorMeter } from '../harness/processor-meter.js'

/** The program that makes the load. */
export const loadGenerator = 'autocannon 9'

/** Requests and rate of a load. */
export interface LoadPlan {
  readonly url: string
  /** JSON to be posted; null: GET. */
  readonly body: string | null
  readonly expectedBody: string
  readonly connections: number
  readonly seconds: number
}

/** Result of a load. Latencies are in milliseconds. */
export interface LoadResult {
  readonly requestsPerSecond: number
  readonly answered: number
  /** Responses with an unexpected status or body, and requests without a response. */
  readonly wrong: number
  readonly p50: number
  readonly p99: number
}

/** Runs one load in a separate process. `microseconds` is the processor time of one request. */
export async function load(plan: LoadPlan, meter: ProcessorMeter): Promise<LoadResult & { microseconds: number }> {
  const used = meter.seconds()
  const result = await inOwnProcess(plan)
  return { ...result, microseconds: ((meter.seconds() - used) * 1e6) / result.answered }
}

function inOwnProcess(plan: LoadPlan): Promise<LoadResult> {
  const child = fork(fileURLToPath(new URL('generator.js', import.meta.url)))
  return new Promise((resolve, reject) => {
    child.once('message', (result) => resolve(result as LoadResult))
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`the load generator ended with ${code}`)))
    child.send(plan)
  })
}
