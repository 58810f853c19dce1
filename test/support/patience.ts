// Limits of time on a machine that is busy with other programs: they are measured in patient time, which passes slower there.
// Node loads this file without a compiler for the environment of the tests. It contains only types that Node can remove.
import { cpus, loadavg } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'

/** Programs for each processor with which the times of tests are still sufficient. */
const USUAL_LOAD = 2
const MAX_FACTOR = 20
const SAMPLE_MS = 1_000
/** A shorter time is a pause, a longer one a limit. */
const LIMIT_MS = 4_000

/** Factor by which programs take longer than usual now, because other programs use the processors too: 1 to 20. */
export const busyFactor = (): number =>
  Math.min(MAX_FACTOR, Math.max(1, Math.ceil(loadavg()[0]! / cpus().length / USUAL_LOAD)))

let passed = 0
let since = performance.now()

function pass(): void {
  const now = performance.now()
  passed += (now - since) / busyFactor()
  since = now
}

setInterval(pass, SAMPLE_MS).unref()

/** Milliseconds of patient time since the process began. */
export function patientNow(): number {
  pass()
  return passed
}

/** `setTimeout`, whose limits, in contrast to its pauses, are measured in patient time. */
export function patientTimeout(
  callback: (...values: unknown[]) => void,
  milliseconds?: number,
  ...values: unknown[]
): NodeJS.Timeout {
  const limit = milliseconds ?? 0
  if (!(limit >= LIMIT_MS)) return setTimeout(callback, milliseconds, ...values)
  const end = patientNow() + limit
  const timer = setTimeout(() => {
    // The difference is that of two clocks.
    if (end - patientNow() > limit / 100) timer.refresh()
    else callback(...values)
  }, limit)
  return timer
}
Object.defineProperty(patientTimeout, promisify.custom, { value: delay })

/** `AbortSignal.timeout` in patient time. */
export function patientSignal(milliseconds: number): AbortSignal {
  const abort = new AbortController()
  const end = (): void => abort.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'))
  patientTimeout(end, milliseconds).unref()
  return abort.signal
}
