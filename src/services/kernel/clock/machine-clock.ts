import type { Pool } from 'pg'
import { databaseTimeMs } from '../database/server.sql.js'
import type { Logger } from '../logger/logger.js'
import type { Timers } from '../time/timers.js'

/**
 * The database's time, which all processes share. A process whose own clock differs from it is not ready and runs no scheduled work:
 * tokens, signatures and timeouts go by the process's own clock and would be judged wrongly.
 */
export interface MachineClock {
  /** The database's time: the last measurement plus the time that has passed since, by a monotonic clock. */
  now(): Date
  /** Milliseconds by which the process's own clock is ahead of the database's. Negative if it is behind. */
  skewMs(): number
  /** Returns true if the process's own clock is certainly wrong. */
  isWrong(): boolean
  /** Returns true if scheduled work may run: the last measurement is recent, and the process's own clock agrees with it. */
  isTrusted(): boolean
  measure(): Promise<void>
  stop(): void
}

const MAX_SKEW_MS = 2_000
const MEASURE_EVERY_MS = 5_000
/** Without a new measurement the clock stops after this time, so that a wrong clock never runs far ahead. */
const MAX_AGE_MS = 20_000
/** A measurement counts as less exact by this share of its age, because no two clocks run at the same rate. */
const DRIFT = 0.001

interface Measurement {
  readonly databaseMs: number
  /** Monotonic time in the middle of the query. */
  readonly at: number
  /** Maximum error: half the duration of the query. */
  readonly uncertaintyMs: number
}

/** Measures the database's clock now and every few seconds. */
export async function openMachineClock(pool: Pool, log: Logger, timers: Timers): Promise<MachineClock> {
  let best = await measureOnce(pool, timers)
  let confirmedAt = best.at
  let wasWrong = false
  let measuring: Promise<void> | null = null

  const nowMs = (): number => {
    const until = Math.min(timers.monotonic(), confirmedAt + MAX_AGE_MS)
    return best.databaseMs + (until - best.at)
  }
  const skewMs = () => timers.now() - nowMs()
  const isFresh = () => timers.monotonic() - confirmedAt <= MAX_AGE_MS
  const isWrong = () => isFresh() && Math.abs(skewMs()) - best.uncertaintyMs > MAX_SKEW_MS
  const report = () => {
    const wrong = isWrong()
    if (wrong === wasWrong) return
    wasWrong = wrong
    const fields = { skewSeconds: Math.round(skewMs()) / 1000 }
    if (wrong)
      log.error(
        fields,
        'clock differs from the database clock, process not ready and scheduled jobs paused; check NTP on both machines',
      )
    else log.info(fields, 'clock agrees with the database clock again')
  }
  const measureAgain = async (): Promise<void> => {
    const next = await measureOnce(pool, timers)
    if (isBetter(next, best)) best = next
    confirmedAt = next.at
    report()
  }
  const measure = (): Promise<void> => (measuring ??= measureAgain().finally(() => (measuring = null)))

  report()
  const timer = timers
    .setInterval(
      () => void measure().catch((error: unknown) => log.warn({ err: error }, 'database clock not readable, retrying')),
      MEASURE_EVERY_MS,
    )
    .unref()
  return {
    now: () => new Date(nowMs()),
    skewMs,
    isWrong,
    isTrusted: () => isFresh() && !isWrong(),
    measure,
    stop: () => timers.clearInterval(timer),
  }
}

/** A slow measurement is inexact. It replaces a better one only if that has aged, or if they contradict each other. */
function isBetter(next: Measurement, best: Measurement): boolean {
  const elapsed = next.at - best.at
  const agedMs = best.uncertaintyMs + elapsed * DRIFT
  const differenceMs = Math.abs(next.databaseMs - (best.databaseMs + elapsed))
  return next.uncertaintyMs <= agedMs || differenceMs > next.uncertaintyMs + agedMs
}

async function measureOnce(pool: Pool, timers: Timers): Promise<Measurement> {
  // The wait for a connection is not measured.
  const client = await pool.connect()
  try {
    const before = timers.monotonic()
    const { rows } = await client.query<{ ms: number }>(databaseTimeMs.text)
    const after = timers.monotonic()
    client.release()
    return { databaseMs: rows[0]!.ms, at: (before + after) / 2, uncertaintyMs: (after - before) / 2 }
  } catch (error) {
    client.release(error as Error)
    throw error
  }
}
