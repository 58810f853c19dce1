import { exactMomentText } from '#services/kernel/text/readable.js'
import type { AdvanceClockInput } from '#schema/kernel/clock.type.js'
import { sql } from 'kysely'
import type { Sql } from '#services/kernel/database/sql.js'
import { refused } from '#services/kernel/denials/denial.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import {
  SCHEDULED_JOB_TOPIC,
  delayDueJobs,
  nextRunAt,
  type DelayedJob,
} from '#services/kernel/scheduled-jobs/schedule-job.js'
import type { OpsContext } from '../ops-context.js'
import { hasPendingWork } from './advance-clock.sql.js'
import type { Timers } from '#services/kernel/time/timers.js'

const IDLE_TIMEOUT_MS = 60_000
/** Time until a job that did not finish is run again, in seconds of the machine. */
const RETRY_SECONDS = 3600
const MAX_YEARS = 20
const TURN_MS = 20
/** Concurrent moves run one after another, across processes. */
const MOVE_LOCK = 7_142_028

/** Work that failed while the clock moved. It is repeated later, and all other work continues. */
export interface ClockFailure {
  /** System in which the work failed: this server, or the payment sandbox. */
  readonly source: 'SERVER' | 'PAYMENT_SANDBOX'
  readonly kind: string
  readonly subject: string
  readonly message: string
}

export interface MovedClock {
  readonly kind: 'moved'
  readonly now: Date
  readonly failures: readonly ClockFailure[]
}

/** Moves the business clock of a sandbox. Operators only. Returns when all scheduled jobs have finished, and names those that failed. */
export async function advanceClock(context: OpsContext, move: AdvanceClockInput): Promise<MovedClock | Denied> {
  if (!context.clock.movable)
    return denied(refused('SANDBOX_ONLY', 'The business clock can be moved only in sandbox mode.'))
  return oneAtATime(context, async () => {
    const failures: ClockFailure[] = []
    const now = await catchUp(context, failures)
    const target = targetOf(now, move)
    const problem = problemOf(now, target)
    if (problem) return denied(refused('INVALID_CLOCK', problem, { field: 'to' }))
    return { kind: 'moved', now: await moveTo(context, target, failures), failures }
  })
}

const oneAtATime = <Result>(context: OpsContext, work: () => Promise<Result>): Promise<Result> =>
  context.database.withSession(async (session) => {
    try {
      await waitForTurn(context.timers, session)
      return await work()
    } finally {
      await session.query
        .selectNoFrom(sql<boolean>`pg_advisory_unlock(${MOVE_LOCK})`.as('wasLocked'))
        .execute()
        .catch(() => undefined)
    }
  })

/** An earlier move may take longer than any statement may wait for a lock. */
async function waitForTurn(timers: Timers, { query }: Sql): Promise<void> {
  const tryLock = query.selectNoFrom(sql<boolean>`pg_try_advisory_lock(${MOVE_LOCK})`.as('isLocked'))
  while (!(await tryLock.executeTakeFirstOrThrow()).isLocked) await timers.delay(TURN_MS)
}

const targetOf = (now: Date, { to, bySeconds }: AdvanceClockInput): Date =>
  to ?? new Date(now.getTime() + (bySeconds ?? 0) * 1000)

function problemOf(now: Date, target: Date): string | null {
  if (target < now) return `to must not be before the current business time, ${exactMomentText(now)}.`
  const isTooFar = !(target.getTime() <= now.getTime() + MAX_YEARS * 366 * 86_400_000)
  return isTooFar ? `The business clock can move at most ${MAX_YEARS} years per call.` : null
}

/** The sandbox can be moved by its own control; then our clock follows first, job by job. Returns our time. */
export async function catchUp(context: OpsContext, failures: ClockFailure[] = []): Promise<Date> {
  const ours = await context.clock.refresh()
  const theirs = (await context.sandboxClock?.read())?.now
  return theirs && theirs > ours ? moveTo(context, theirs, failures) : ours
}

/** After a stop in the middle of a move the two clocks may differ; the one behind catches up. */
export async function catchUpBoth(context: OpsContext): Promise<void> {
  const ours = await catchUp(context)
  if ((await context.sandboxClock!.read()).now < ours) await context.sandboxClock!.move(ours)
}

/**
 * Advances product and sandbox together from one scheduled job to the next. Between two of them all work finishes, so
 * that equal runs give equal logs.
 */
async function moveTo(context: OpsContext, target: Date, failures: ClockFailure[]): Promise<Date> {
  await completed(context, failures)
  for (;;) {
    const theirs = await context.sandboxClock?.read()
    const step = await nextMoment(context, theirs?.nextDue ?? null, target)
    await context.clock.set(step)
    if (theirs && theirs.now < step) {
      const { failed = [] } = (await context.sandboxClock?.move(step)) ?? {}
      if (failed.length > 0) context.log.warn({ failed }, 'work in the payment sandbox failed, retried after a day')
      failures.push(...failed.map((one) => ({ source: 'PAYMENT_SANDBOX' as const, ...one })))
    }
    context.notifier.notify([SCHEDULED_JOB_TOPIC])
    await completed(context, failures)
    if (step >= target) return context.clock.now()
  }
}

const failureOf = ({ kind, key, lastError }: DelayedJob): ClockFailure => ({
  source: 'SERVER',
  kind,
  subject: key,
  message: lastError ?? 'The job is due again each time that it has run.',
})

async function nextMoment(context: OpsContext, theirs: Date | null, target: Date): Promise<Date> {
  const now = context.clock.now()
  const moments = [await nextRunAt(context.database, now), theirs].filter(
    (moment): moment is Date => moment !== null && moment > now,
  )
  return new Date(Math.min(target.getTime(), ...moments.map((moment) => moment.getTime())))
}

/**
 * Waits until webhooks were delivered and inbox, outbox and due rows are worked off. What waits for a retry is not waited for, and a due job that does not
 * finish becomes such a retry. Nor is work of modules that the installation does not have.
 */
async function completed(context: OpsContext, failures: ClockFailure[]): Promise<void> {
  const { handled } = context.declared
  let deadline = context.timers.now() + IDLE_TIMEOUT_MS
  let quiet = 0
  while (quiet < 2) {
    if (context.timers.now() > deadline) {
      const skipped = await delayDueJobs(context.database, handled.scheduled_job, context.clock.now(), RETRY_SECONDS)
      if (skipped.length === 0)
        throw new AppError('TIMEOUT', 'Queues did not finish in time. They continue in the background.')
      for (const job of skipped) context.log.error(job, 'a due job did not finish, and the clock moves on without it')
      failures.push(...skipped.map(failureOf))
      deadline = context.timers.now() + IDLE_TIMEOUT_MS
    }
    const work = await context.database.row(hasPendingWork, { businessTime: context.clock.now(), ...handled })
    quiet = work!.pending ? 0 : quiet + 1
    if (quiet < 2) await context.timers.delay(5)
  }
}
