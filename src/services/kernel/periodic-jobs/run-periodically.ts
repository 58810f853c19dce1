import type { Context } from '../context/context.js'

/** Something that runs in the background until it is stopped. */
export interface BackgroundJob {
  stop(): Promise<void>
}

/**
 * Scheduled work: repeats a chore, never two at a time; a failure is logged and tried again. Safe in several processes when the chore is.
 * A process whose clock is not trusted leaves it to the others.
 */
export const runPeriodically = (
  { log, machineClock, timers }: Pick<Context, 'log' | 'machineClock' | 'timers'>,
  milliseconds: number,
  name: string,
  job: (isStopping: () => boolean) => Promise<unknown>,
): BackgroundJob =>
  repeat({ log, timers }, milliseconds, name, (isStopping) =>
    machineClock.isTrusted() ? job(isStopping) : Promise.resolve(),
  )

/**
 * As `runPeriodically`, for what serves the requests of this process, whatever its clock shows.
 * @param job its parameter returns true once the job is being stopped: `stop` waits for what runs
 */
export function repeat(
  { log, timers }: Pick<Context, 'log' | 'timers'>,
  milliseconds: number,
  name: string,
  job: (isStopping: () => boolean) => Promise<unknown>,
): BackgroundJob {
  let running: Promise<unknown> | null = null
  let stopping = false
  const timer = timers.setInterval(() => {
    running ??= job(() => stopping)
      .catch((error: unknown) => log.warn({ err: error, job: name }, 'periodic job failed, retrying'))
      .finally(() => (running = null))
  }, milliseconds)
  return {
    stop: async () => {
      stopping = true
      timers.clearInterval(timer)
      await running
    },
  }
}
