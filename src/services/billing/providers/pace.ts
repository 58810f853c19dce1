import type { Timers } from '#services/kernel/time/timers.js'

/** Waits for the turn of a call, so that at most `perSecond` calls begin in a second. */
export function createPace(timers: Timers, perSecond: number): () => Promise<void> {
  const spacing = 1_000 / perSecond
  let next = 0
  return async () => {
    const now = timers.monotonic()
    const turn = Math.max(now, next)
    next = turn + spacing
    if (turn > now) await timers.delay(turn - now)
  }
}
