const MINUTE = 60
const HOUR = 3600

/** Seconds from each failed try to the next one: quick at first, for a restart; then patient, three days in all, for a weekend. */
export const RETRY_SECONDS: readonly number[] = [
  5,
  MINUTE,
  5 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  8 * HOUR,
  12 * HOUR,
  20 * HOUR,
  24 * HOUR,
]

/**
 * Time without a successful delivery after which a failed delivery disables its endpoint: slightly shorter than the
 * retry plan.
 */
export const DISABLE_AFTER_SECONDS = 70 * HOUR

/** Pure: seconds until the next attempt, or null after the last one. A receiver can request more, up to a day. */
export function nextAttemptAt(attempts: number, requestedSeconds: number | null, chance: number): number | null {
  const planned = RETRY_SECONDS[attempts - 1]
  if (planned === undefined) return null
  const wanted = Math.max(planned, Math.min(requestedSeconds ?? 0, 24 * HOUR))
  // Jitter, so that simultaneous failures are not retried simultaneously.
  return wanted * (1 + chance * 0.05)
}
