import type { Timers } from '#services/kernel/time/timers.js'

const STEP_MS = 50

/** Cancels items in the second half of a time, in equal shares and in their order. */
export async function endGradually(
  timers: Timers,
  milliseconds: number,
  items: readonly { cancel(): void }[],
): Promise<void> {
  const half = milliseconds / 2
  await timers.delay(half)
  const begin = timers.monotonic()
  for (let ended = 0; ended < items.length; await timers.delay(Math.min(STEP_MS, half))) {
    // A step that is late makes up for those before it.
    const share = Math.min(1, (timers.monotonic() - begin + STEP_MS) / half)
    const due = Math.ceil(items.length * share)
    for (; ended < due; ended++) items[ended]!.cancel()
  }
}
