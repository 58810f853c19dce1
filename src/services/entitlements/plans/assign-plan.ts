import { sql } from 'kysely'
import type { Transaction } from '#services/kernel/database/database.js'
import type { Raise } from '#entities/entitlements/raise.js'
import { jsonb } from '#services/kernel/database/query-builder.js'
import { isAfter } from '#services/kernel/clock/compare-dates.js'
import { cancelJob, scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { rollsOver, type CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { writeRollovers } from '../credits/write-rollovers.js'
import { scheduleSweep } from '../model/entitlements-sweep.js'
import { billingPeriod } from '../model/quota-window.js'
import { planAmounts } from '../model/raised-plan.js'
import { raisesAfter, type RaiseTime } from '../model/raises.js'
import { nextRollover } from '../model/rollover.js'
import { loadSnapshot } from '../snapshot/load-snapshot.js'

/** Kind of the scheduled job that expires an assignment; its key is the assignment ID. */
export const PLAN_EXPIRE = 'plan.expire'

const DAY_MS = 86_400_000

/** Source of a plan that an operator gave without a payment. */
export const COMPED = 'comped'

/** Source of a plan that is paid at the seller's own provider. */
export const EXTERNAL = 'external'

/** A plan given to an account for a cause. Several calls for one cause keep one row up to date. */
export interface PlanGrant {
  readonly accountId: string
  readonly groupCode: string
  readonly planVersionId: string
  readonly sourceType: 'subscription' | 'purchase' | 'operator' | typeof COMPED | typeof EXTERNAL
  readonly sourceId: string
  readonly quantity: number
  /** Currency of a subscription. Default: none. */
  readonly currency?: string | undefined
  readonly since: Date
  /** End of the trial, before or after now. Default: none. */
  readonly trialEnd?: Date | null
  /** End or renewal of the paid period. Null if neither. */
  readonly periodEnd: Date | null
  /** Start of the paid period. Null if there is none. */
  readonly periodStart?: Date | null
  /** True if nothing was paid for the time before that period, although the plan may have been given. */
  readonly wasUnpaid?: boolean
  /** True if a change began that period within another one, and all of it is charged. Windows begin with it. */
  readonly beginsPeriod?: boolean
  /** Set if other terms begin within the paid period: what they add is in proportion to their money. Default: all is granted. */
  readonly raise?: RaiseTime | null
  /** Default: the end of the day on which the period ends. */
  readonly expiresAt?: Date
}

/**
 * Assigns or prolongs a plan. Returns the ID of the assignment. Null if the plan would be over before it began: then nothing is assigned. The
 * caller holds the account lock and writes the event.
 */
export async function assignPlan(
  transaction: Transaction,
  catalog: CatalogSnapshot,
  grant: PlanGrant,
  at: Date,
): Promise<string | null> {
  // Rollovers belong to the plan that is held until now, and a plan without rollover does not look for them.
  await writeRollovers(transaction, { catalog, accountId: grant.accountId, at })
  const expiresAt = grant.expiresAt ?? (grant.periodEnd ? endOfDay(grant.periodEnd) : null)
  const last = await lastAssignmentOf(transaction, grant)
  const billingAnchor = anchorOf(grant, last, at)
  const isMoved = last !== undefined && billingAnchor.getTime() !== last.billingAnchor.getTime()
  const isTrialCut = last !== undefined && isAfter(last.billingAnchor, billingAnchor)
  const windowsSince = isTrialCut ? billingAnchor : (last?.windowsSince ?? null)
  const id =
    (isMoved ? null : await prolong(transaction, grant, expiresAt)) ??
    (await restart(
      transaction,
      { ...grant, since: last ? at : grant.since },
      { billingAnchor, windowsSince, expiresAt, at, raises: await raisesOf(transaction, catalog, { grant, last, at }) },
    ))
  if (id === null) return null
  if (expiresAt)
    await scheduleJob(transaction, { kind: PLAN_EXPIRE, key: id, accountId: grant.accountId, runAt: expiresAt })
  else await cancelJob(transaction, PLAN_EXPIRE, id)
  await sweepAtRollover(transaction, catalog, grant, at)
  return id
}

/** Schedules the end of the first window of a plan whose unused units roll over. What is scheduled earlier stays. */
async function sweepAtRollover(
  transaction: Transaction,
  catalog: CatalogSnapshot,
  { accountId, planVersionId, since }: PlanGrant,
  at: Date,
): Promise<void> {
  const plan = catalog.planByVersionId.get(planVersionId)
  if (!plan || !rollsOver(plan)) return
  const snapshot = await loadSnapshot(transaction, catalog, accountId, isAfter(since, at) ? since : at)
  const next = snapshot && nextRollover(snapshot)
  if (next && (snapshot.sweepAt === null || isAfter(snapshot.sweepAt, next)))
    await scheduleSweep(transaction, accountId, next)
}

/** The same terms for longer are the same assignment. */
async function prolong(transaction: Transaction, grant: PlanGrant, expiresAt: Date | null): Promise<string | null> {
  const row = await transaction.query
    .updateTable('plan_assignment')
    .set({ periodEnd: grant.periodEnd, expiresAt, currency: grant.currency ?? null })
    .where('accountId', '=', grant.accountId)
    .where('sourceType', '=', grant.sourceType)
    .where('sourceId', '=', grant.sourceId)
    .where('groupCode', '=', grant.groupCode)
    .where('planVersionId', '=', grant.planVersionId)
    .where('quantity', '=', grant.quantity)
    .where('endedAt', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row?.id ?? null
}

/** The raises of the paid period. Terms that are paid for the whole period have none. */
async function raisesOf(
  transaction: Transaction,
  catalog: CatalogSnapshot,
  { grant, last, at }: { readonly grant: PlanGrant; readonly last: LastAssignment | undefined; readonly at: Date },
): Promise<readonly Raise[]> {
  const { accountId, raise, quantity, planVersionId } = grant
  const snapshot = raise && last ? await loadSnapshot(transaction, catalog, accountId, at) : null
  if (!raise || !last || !snapshot) return []
  const [before, after] = [last, { planVersionId, quantity }].map((terms) => {
    const plan = catalog.planByVersionId.get(terms.planVersionId)
    const assignment = snapshot.held.find((held) => held.plan.group === plan?.group)?.assignment ?? null
    return plan ? planAmounts(snapshot, plan, { assignment, quantity: terms.quantity }) : null
  })
  return before && after ? raisesAfter(last.raises ?? [], before, after, raise) : []
}

interface LastAssignment extends Pick<PlanGrant, 'planVersionId' | 'quantity'> {
  readonly raises: readonly Raise[] | null
  readonly billingAnchor: Date
  readonly windowsSince: Date | null
  readonly endedAt: Date | null
}

/** The last assignment of a cause, also after its end. */
export const lastAssignmentOf = (
  { query }: Transaction,
  { accountId, sourceType, sourceId }: Pick<PlanGrant, 'accountId' | 'sourceType' | 'sourceId'>,
): Promise<LastAssignment | undefined> =>
  query
    .selectFrom('plan_assignment')
    .select(({ fn }) => [
      'planVersionId',
      'quantity',
      'raises',
      'endedAt',
      'windowsSince',
      fn.coalesce('billingAnchor', 'since').as('billingAnchor'),
    ])
    .where('accountId', '=', accountId)
    .where('sourceType', '=', sourceType)
    .where('sourceId', '=', sourceId)
    .orderBy('since', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()

/**
 * Pure: the time from which billing periods are counted, before and after it: the end of the trial, with which the first paid period begins. It
 * stays for as long as the cause lasts, so that another plan keeps the window. Only another end of the trial, a payment
 * after an unpaid time, and a change that begins a new period begin with a new window. Otherwise one payment would pay for the allowances of two.
 */
function anchorOf(
  { since, trialEnd, periodStart, wasUnpaid, beginsPeriod }: PlanGrant,
  last: LastAssignment | undefined,
  at: Date,
): Date {
  const first = trialEnd && isAfter(trialEnd, since) ? trialEnd : since
  if (!last) return first
  if (beginsPeriod && periodStart) return periodStart
  const { endedAt } = last
  const isTrialMoved = isAfter(last.billingAnchor, at) || isAfter(first, last.billingAnchor)
  const billingAnchor = isTrialMoved ? first : last.billingAnchor
  const isPaidAgain = wasUnpaid || (endedAt && periodStart && !isAfter(endedAt, periodStart))
  if (!periodStart || !isPaidAgain) return billingAnchor
  const { start, end } = billingPeriod(billingAnchor, periodStart)
  // A provider can begin each period at the same time of the day.
  const isSame = [start, end].some((time) => Math.abs(time.getTime() - periodStart.getTime()) < DAY_MS)
  return isSame ? billingAnchor : periodStart
}

/** Other terms end what was, and begin now; a first assignment begins when its cause did. */
async function restart(
  transaction: Transaction,
  grant: PlanGrant,
  {
    at,
    raises,
    ...dates
  }: Pick<LastAssignment, 'billingAnchor' | 'windowsSince'> & {
    readonly raises: readonly Raise[]
    readonly expiresAt: Date | null
    readonly at: Date
  },
): Promise<string | null> {
  await endPlan(transaction, grant, at)
  if (dates.expiresAt && !isAfter(dates.expiresAt, grant.since)) return null
  const id = transaction.newId('asg')
  const { accountId, groupCode, planVersionId, sourceType, sourceId, quantity, currency, since, periodEnd } = grant
  await transaction.query
    .insertInto('plan_assignment')
    .values({
      id,
      accountId,
      groupCode,
      planVersionId,
      sourceType,
      sourceId,
      quantity,
      currency: currency ?? null,
      since,
      periodEnd,
      raises: raises.length > 0 ? jsonb(raises) : null,
      ...dates,
    })
    .execute()
  return id
}

/** Ends what a cause had given, at a moment of business time; what was to begin later never began. */
export async function endPlan(
  transaction: Transaction,
  source: Pick<PlanGrant, 'accountId' | 'sourceType' | 'sourceId'>,
  at: Date,
): Promise<void> {
  const ended = await transaction.query
    .updateTable('plan_assignment')
    .set({ endedAt: sql<Date>`greatest(since, ${at})` })
    .where('accountId', '=', source.accountId)
    .where('sourceType', '=', source.sourceType)
    .where('sourceId', '=', source.sourceId)
    .where('endedAt', 'is', null)
    .returning('id')
    .execute()
  for (const { id } of ended) await cancelJob(transaction, PLAN_EXPIRE, id)
}

/** A plan expires at the end (UTC) of the day on which its period ends. That leaves the provider time to renew it. */
export function endOfDay(moment: Date): Date {
  return new Date(Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth(), moment.getUTCDate() + 1))
}
