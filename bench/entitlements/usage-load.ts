import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { ProcessorMeter } from '../harness/processor-meter.js'

/** Operations, accounts and rate of a load. Several steps follow each other on each connection. */
export interface UsageLoadPlan {
  readonly url: string
  readonly token: string | null
  readonly steps: readonly { readonly template: string; readonly expected: string }[]
  readonly firstAccount: number
  readonly accounts: number
  readonly connections: number
  readonly seconds: number
}

export interface UsageLoadResult {
  readonly requestsPerSecond: number
  readonly answered: number
  /** Unexpected responses, and requests without a response. */
  readonly wrong: number
  /** One of the wrong responses. */
  readonly sample: string | null
  readonly p50: number
  readonly p99: number
}

/** Runs one load. `microseconds` is the processor time of one request. */
export async function usageLoad(
  plan: UsageLoadPlan,
  meter: ProcessorMeter,
): Promise<UsageLoadResult & { microseconds: number }> {
  const used = meter.seconds()
  const result = await inOwnProcess<UsageLoadResult>('generator.js', plan)
  return { ...result, microseconds: ((meter.seconds() - used) * 1e6) / result.answered }
}

/** Runs a generator with its plan in a separate process and returns its result. */
export function inOwnProcess<Result>(module: string, plan: object): Promise<Result> {
  const child = fork(fileURLToPath(new URL(module, import.meta.url)))
  return new Promise((resolve, reject) => {
    child.once('message', (result) => resolve(result as Result))
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`the load generator ended with ${code}`)))
    child.send(plan)
  })
}
