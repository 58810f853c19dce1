import type { Timers } from '#services/kernel/time/timers.js'

const STEP_MS = 50

/**
 * Cancels what is open in the second half of a time, in equal shares, oldest first. What is opened meanwhile shares the
 * time that is left.
 */
export async function endGradually(
  timers: Timers,
  milliseconds: number,
  open: () => readonly { cancel(): void }[],
): Promise<void> {
  const end = timers.monotonic() + milliseconds
  await timers.delay(milliseconds / 2)
  for (let left = end - timers.monotonic(); left > 0; left = end - timers.monotonic()) {
    const still = open()
    const steps = Math.max(1, Math.floor(left / STEP_MS))
    for (const each of still.slice(0, Math.ceil(still.length / steps))) each.cancel()
    await timers.delay(Math.min(STEP_MS, left))
  }
}
