import type { Context } from '../context/context.js'

/** Something that runs in the background until it is stopped. */
export interface Background {
  stop(): Promise<void>
}

/** Repeats a chore by the machine clock, never two at a time; a failure is logged and tried again. Safe in several processes when the chore is. */
export function every(
  context: Pick<Context, 'log'>,
  milliseconds: number,
  name: string,
  chore: () => Promise<unknown>,
): Background {
  let running: Promise<unknown> | null = null
  const timer = setInterval(() => {
    running ??= chore()
      .catch((error: unknown) =>
        context.log.warn({ err: error, chore: name }, 'housekeeping failed; it is tried again'),
      )
      .finally(() => (running = null))
  }, milliseconds)
  return {
    stop: async () => {
      clearInterval(timer)
      await running
    },
  }
}
