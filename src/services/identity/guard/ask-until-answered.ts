import type { Context } from '../../kernel/context/context.js'

const TRIES = 5
const PAUSE_MS = 1_000

/** Asks whether something is still allowed, and calls `end` when it is not; nor is it when nobody can say for five seconds. */
export function askUntilAnswered(
  context: Pick<Context, 'log'>,
  isAllowed: () => Promise<boolean>,
  end: () => void,
  tries = TRIES,
): void {
  isAllowed().then(
    (allowed) => {
      if (!allowed) end()
    },
    (error: unknown) => {
      if (tries > 1) {
        setTimeout(() => askUntilAnswered(context, isAllowed, end, tries - 1), PAUSE_MS).unref()
        return
      }
      context.log.warn({ err: error }, 'whether somebody may still listen could not be looked up: they may not')
      end()
    },
  )
}
