import { forEachSeparately } from '#services/kernel/event-loop/for-each-separately.js'
import { sql } from 'kysely'
import { runPeriodically, type BackgroundJob } from '#services/kernel/periodic-jobs/run-periodically.js'
import type { PaymentPort } from '#services/billing/providers/port.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { MONEY_DAYS, runReconciliation, type RunPlan } from './reconcile.js'
import { Stopped } from './until-stopped.js'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/**
 * Events every hour over two days, because a retry can take that long; state daily. Machine clock, because providers
 * are called at that time.
 */
const SCHEDULE = [
  { scope: 'EVENTS', everyHours: 1, lookBackHours: 48, heal: 'ALL' },
  { scope: 'STATE', everyHours: 24, lookBackHours: 72, heal: 'SAFE' },
] as const

/** An event younger than this may still be on its way. */
const ON_ITS_WAY_MINUTES = 10

/** Compares each provider with what we have, by itself. Missing events are taken in. Differences that reading the
 * provider again heals are healed; the others wait for an operator, with one action each. */
export function startReconciliation(context: BillingContext): BackgroundJob {
  return runPeriodically(context, MINUTE, 'reconciliation', async (isStopping) => {
    const runs = Object.values(context.providers).flatMap((port) => SCHEDULE.map((entry) => ({ port, ...entry })))
    await forEachSeparately(runs, async ({ port, scope, everyHours, lookBackHours, heal }) => {
      if (isStopping() || !(await claimScheduledRun(context, port, scope, everyHours))) return
      const now = context.clock.now().getTime()
      const plan: RunPlan = {
        scope,
        since: new Date(now - lookBackHours * HOUR),
        until: new Date(now - ON_ITS_WAY_MINUTES * MINUTE),
        moneySince: new Date(now - MONEY_DAYS * 24 * HOUR),
        accountId: null,
        heal,
        requestedBy: null,
        isStopping,
      }
      await runReconciliation(context, port, plan).catch(async (error: unknown) => {
        if (!(error instanceof Stopped)) throw error
        await releaseScheduledRun(context, port, scope, everyHours)
      })
    })
  })
}

/** Makes a run due again that the stop of the server has ended. */
async function releaseScheduledRun(
  { database }: BillingContext,
  { provider }: PaymentPort,
  scope: RunPlan['scope'],
  everyHours: number,
): Promise<void> {
  await database.query
    .updateTable('reconciliation_schedule')
    .set({ lastStartedAt: sql`last_started_at - make_interval(hours => ${everyHours})` })
    .where('provider', '=', provider)
    .where('scope', '=', scope)
    .execute()
}

/** Claims a scheduled run that is due; of several processes one gets it. */
async function claimScheduledRun(
  context: BillingContext,
  port: PaymentPort,
  scope: RunPlan['scope'],
  everyHours: number,
): Promise<boolean> {
  const claimed = await context.database.query
    .insertInto('reconciliation_schedule')
    .values({ provider: port.provider, scope, lastStartedAt: sql`now()` })
    .onConflict((conflict) =>
      conflict
        .columns(['provider', 'scope'])
        .doUpdateSet((eb) => ({ lastStartedAt: eb.ref('excluded.lastStartedAt') }))
        .where(
          sql<boolean>`excluded.last_started_at - reconciliation_schedule.last_started_at > make_interval(hours => ${everyHours})`,
        ),
    )
    .returning('scope')
    .executeTakeFirst()
  return claimed !== undefined
}

/** Makes each scheduled comparison due at the next start of a server. */
export const compareAtNextStart = ({ query }: Sql): Promise<unknown> =>
  query.deleteFrom('reconciliation_schedule').execute()
