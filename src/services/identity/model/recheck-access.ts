import type { Context } from '#services/kernel/context/context.js'

const TRIES = 5
const PAUSE_MS = 1_000

/**
 * Checks periodically whether access is still allowed, and calls `end` if it is not or if the check fails for five
 * seconds.
 */
export function recheckAccess(
  context: Pick<Context, 'log' | 'timers'>,
  isAllowed: () => Promise<boolean>,
  end: () => void,
): void {
  const ask = async () => {
    for (let left = TRIES; ; left--) {
      try {
        if (!(await isAllowed())) end()
        return
      } catch (error) {
        if (left === 1) throw error
        await context.timers.delay(PAUSE_MS, { ref: false })
      }
    }
  }
  ask().catch((error: unknown) => {
    context.log.warn({ err: error }, 'access check failed, subscription closed')
    end()
  })
}
