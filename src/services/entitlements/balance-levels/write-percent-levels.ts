import type { Transaction } from '#services/kernel/database/database.js'
import { isAfter } from '#services/kernel/clock/compare-dates.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import { loadSnapshotAsOf } from '../snapshot/load-snapshot-as-of.js'
import { loadSnapshot } from '../snapshot/load-snapshot.js'
import { ENTITLEMENTS_SWEEP } from '../model/entitlements-sweep.js'
import type { BalanceShare } from '../model/balance-level.js'
import { balanceOf, lastGrantAt, rebased } from '../model/decide-levels.js'

export interface PercentLevels {
  readonly accountId: string
  readonly feature: FeatureDefinition
  readonly percents: readonly number[]
  readonly createdBy: string
  readonly at: Date
}

/**
 * Replaces the levels in percent of a feature, and returns the earlier percents. A level that stays the same keeps its state. The next
 * sweep compares them with the balance. The caller holds the account lock.
 */
export async function replacePercents(
  context: CatalogContext,
  transaction: Transaction,
  levels: PercentLevels,
): Promise<readonly number[]> {
  const { accountId, feature, percents, createdBy, at } = levels
  const before = await transaction.query
    .updateTable('balance_percent_level')
    .set({ endedAt: at })
    .where('accountId', '=', accountId)
    .where('feature', '=', feature.code)
    .where('endedAt', 'is', null)
    .returning(['percent', 'armed', 'base', 'basedAt'])
    .execute()
  if (percents.length > 0) {
    const base = keptBase(before, await presentBase(context, transaction, levels))
    await transaction.query
      .insertInto('balance_percent_level')
      .values(
        percents.map((percent) => ({
          id: transaction.newId('lvl'),
          accountId,
          feature: feature.code,
          percent,
          ...base,
          armed: before.find((level) => level.percent === percent)?.armed ?? true,
          crossings: 0,
          createdBy,
          since: at,
        })),
      )
      .execute()
    await scheduleJob(transaction, { kind: ENTITLEMENTS_SWEEP, key: accountId, accountId, runAt: at })
  }
  return before.map(({ percent }) => percent)
}

/**
 * The earlier levels have seen each balance since the last grant. The ledger only has what was held then: with the present
 * plans, and without uses at the time of the grant itself.
 */
function keptBase(
  before: readonly Omit<BalanceShare, 'percent'>[],
  present: Omit<BalanceShare, 'percent'>,
): Omit<BalanceShare, 'percent'> {
  const kept = before.filter(({ basedAt }) => !isAfter(present.basedAt, basedAt)).map(({ base }) => base)
  return { ...present, base: Math.max(present.base, ...kept) }
}

/** Balance of an account after its last grant, or at the start of the window: the ledger up to then, with the present plans. */
async function presentBase(
  context: CatalogContext,
  transaction: Transaction,
  { accountId, feature, at }: PercentLevels,
): Promise<Omit<BalanceShare, 'percent'>> {
  const catalog = context.catalog.current()
  const now = (await loadSnapshot(transaction, catalog, accountId, at))!
  // Also one of which nothing is left.
  const latest = await transaction.query
    .selectFrom('credit_grant')
    .select(({ fn }) => fn.max('grantedAt').as('at'))
    .where('accountId', '=', accountId)
    .where('feature', '=', feature.code)
    .where('grantedAt', '<=', at)
    .executeTakeFirst()
  const usable = lastGrantAt(now, feature)
  const basedAt = latest?.at && isAfter(latest.at, usable) ? latest.at : usable
  const then = (await loadSnapshotAsOf(transaction, catalog, accountId, { asOf: basedAt, now: at }))!
  const { assignments, held, packages, overrides } = now
  const balance = balanceOf({ ...then, assignments, held, packages, overrides }, feature)
  const base = { base: Number.isFinite(balance) ? balance : 0, basedAt }
  const { percent: _percent, ...share } = rebased({ percent: 100, ...base }, balanceOf(now, feature), basedAt)
  return share
}
