import { AppError } from '../../kernel/errors/app-error.js'
import { DUE_TOPIC, nextDue } from '../../kernel/due/schedule-due.js'
import { requireOperator } from '../../identity/guard/guard.js'
import type { OpsContext } from '../ops-context.js'
import { hasUnsettledWork } from './settle.js'

export interface ClockMove {
  readonly to?: Date | null
  readonly bySeconds?: number | null
}

const SETTLE_TIMEOUT_MS = 60_000
const MAX_YEARS = 20

/** Moves the business clock, for operators of a sandbox. Answers when all that fell due is settled. */
export async function advanceClock(context: OpsContext, move: ClockMove): Promise<Date> {
  requireOperator(context, 'ops:write')
  if (!context.clock.movable)
    throw new AppError('SANDBOX_ONLY', 'The business clock can be moved in sandbox mode only.')
  const now = await context.clock.refresh()
  const target = move.to ?? new Date(now.getTime() + (move.bySeconds ?? 0) * 1000)
  if (target < now)
    throw new AppError('INVALID_CLOCK', `The business clock never goes back; it is ${now.toISOString()}.`, {
      details: { field: 'to' },
    })
  if (target.getTime() > now.getTime() + MAX_YEARS * 366 * 86_400_000)
    throw new AppError('INVALID_CLOCK', `The business clock moves at most ${MAX_YEARS} years at once.`, {
      details: { field: 'to' },
    })
  return moveTo(context, target)
}

/**
 * From due moment to due moment, in the product and the sandbox together; between two of them everything settles, so that the same
 * run gives the same log.
 */
export async function moveTo(context: OpsContext, target: Date): Promise<Date> {
  await settled(context)
  for (;;) {
    const now = context.clock.now()
    const step = await nextMoment(context, now, target)
    await context.clock.set(step)
    await context.sandboxClock?.move(step)
    context.news.announce([DUE_TOPIC])
    await settled(context)
    if (step >= target) return step
  }
}

async function nextMoment(context: OpsContext, now: Date, target: Date): Promise<Date> {
  const theirs = context.sandboxClock ? (await context.sandboxClock.read()).nextDue : null
  const moments = [target, await nextDue(context.database), theirs].filter(
    (moment): moment is Date => moment !== null && moment > now,
  )
  return new Date(Math.min(target.getTime(), ...moments.map((moment) => moment.getTime())))
}

/** Waits until webhooks were delivered and inbox, outbox and due rows are worked off. What waits for a retry is not waited for. */
async function settled(context: OpsContext): Promise<void> {
  const deadline = Date.now() + SETTLE_TIMEOUT_MS
  let quiet = 0
  while (quiet < 2) {
    if (Date.now() > deadline)
      throw new AppError('TIMEOUT', 'What fell due did not settle in time; it goes on in the background.')
    quiet = (await hasUnsettledWork(context.database, context.clock.now())) ? 0 : quiet + 1
    if (quiet < 2) await new Promise((wake) => setTimeout(wake, 5))
  }
}
