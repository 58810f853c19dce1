import type { Transaction } from '#services/kernel/database/database.js'
import { cancelJob, scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import type { Raise } from '#entities/entitlements/raise.js'
import { jsonb } from '#services/kernel/database/query-builder.js'
import type { CatalogPackage } from '#services/catalog/snapshot/catalog-snapshot.js'
import { packageAmount } from '../model/entitlement-sources.js'
import { amountsOf, raisesAfter, type RaiseTime } from '../model/raises.js'
import { SOURCE_EXPIRE } from '../sources/expire-source.js'

/** Cause of a package assignment. */
export interface PackageCause {
  readonly accountId: string
  readonly sourceType: 'subscription' | 'purchase' | 'operator'
  readonly sourceId: string
}

/** A package given to an account for a cause. Several calls for one cause keep one row up to date. */
export interface PackageHolding extends PackageCause {
  readonly packageCode: string
  readonly packageVersionId: string
  readonly quantity: number
  readonly since: Date
  /** Time at which it expires. Null if it does not expire. */
  readonly endsAt: Date | null
  /** Set if other units begin within their paid period: what they add is in proportion to their money. Default: all is granted. */
  readonly raise?: PackageRaise | null
}

export interface PackageRaise extends RaiseTime {
  readonly sold: CatalogPackage
  /** Units before the change. */
  readonly from: number
}

/**
 * Assigns or prolongs an add-on or another package: its limits, quotas and boolean features add to those of the plan.
 * One-time credits are granted by `grantCredits`. The caller holds the account lock and writes the event.
 */
export async function assignPackage(transaction: Transaction, holding: PackageHolding, at: Date): Promise<void> {
  const id = (await prolong(transaction, holding)) ?? (await restart(transaction, holding, at))
  const { accountId, endsAt } = holding
  if (endsAt) await scheduleJob(transaction, { kind: SOURCE_EXPIRE, key: id, accountId, runAt: endsAt })
  else await cancelJob(transaction, SOURCE_EXPIRE, id)
}

/** The same terms for longer are the same assignment. */
async function prolong(transaction: Transaction, holding: PackageHolding): Promise<string | null> {
  const row = await transaction.query
    .updateTable('package_assignment')
    .set({ endsAt: holding.endsAt })
    .where('accountId', '=', holding.accountId)
    .where('sourceType', '=', holding.sourceType)
    .where('sourceId', '=', holding.sourceId)
    .where('packageCode', '=', holding.packageCode)
    .where('packageVersionId', '=', holding.packageVersionId)
    .where('quantity', '=', holding.quantity)
    .where('endedAt', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row?.id ?? null
}

/** Other terms end what was, and begin now; a first assignment begins when its cause did. */
async function restart(transaction: Transaction, holding: PackageHolding, at: Date): Promise<string> {
  const raises = await raisesOf(transaction, holding)
  const ended = await endPackage(transaction, holding, at)
  const id = transaction.newId('pka')
  await transaction.query
    .insertInto('package_assignment')
    .values({
      id,
      accountId: holding.accountId,
      packageVersionId: holding.packageVersionId,
      quantity: holding.quantity,
      sourceType: holding.sourceType,
      sourceId: holding.sourceId,
      packageCode: holding.packageCode,
      since: ended > 0 ? at : holding.since,
      endsAt: holding.endsAt,
      raises: raises.length > 0 ? jsonb(raises) : null,
    })
    .execute()
  return id
}

/** The raises of the paid period. Units that are paid for the whole period have none. */
async function raisesOf(
  { query }: Transaction,
  { accountId, sourceType, sourceId, packageCode, quantity, raise }: PackageHolding,
): Promise<readonly Raise[]> {
  if (!raise) return []
  const last = await query
    .selectFrom('package_assignment')
    .select('raises')
    .where('accountId', '=', accountId)
    .where('sourceType', '=', sourceType)
    .where('sourceId', '=', sourceId)
    .where('packageCode', '=', packageCode)
    .orderBy('since', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  const [before, after] = [raise.from, quantity].map((units) =>
    amountsOf(raise.sold.grants, (granted) => packageAmount({ quantity: units }, granted)),
  )
  return raisesAfter(raise.from > 0 ? (last?.raises ?? []) : [], before!, after!, raise)
}

/** The versions of the packages that a cause gives now, by code: who holds one keeps it. */
export async function heldVersions(
  transaction: Transaction,
  { accountId, sourceType, sourceId }: PackageCause,
): Promise<ReadonlyMap<string, string>> {
  const rows = await transaction.query
    .selectFrom('package_assignment')
    .select(['packageCode', 'packageVersionId'])
    .where('accountId', '=', accountId)
    .where('sourceType', '=', sourceType)
    .where('sourceId', '=', sourceId)
    .where('endedAt', 'is', null)
    .execute()
  return new Map(rows.map((row) => [row.packageCode, row.packageVersionId]))
}

/** Ends packages of a cause: one, or all. Returns the number of ended packages. The caller holds the account lock. */
export async function endPackage(
  transaction: Transaction,
  cause: PackageCause & { readonly packageCode?: string },
  at: Date,
): Promise<number> {
  const ended = await transaction.query
    .updateTable('package_assignment')
    .set({ endedAt: at })
    .where('accountId', '=', cause.accountId)
    .where('sourceType', '=', cause.sourceType)
    .where('sourceId', '=', cause.sourceId)
    .where('endedAt', 'is', null)
    .$if(cause.packageCode !== undefined, (query) => query.where('packageCode', '=', cause.packageCode!))
    .returning('id')
    .execute()
  for (const { id } of ended) await cancelJob(transaction, SOURCE_EXPIRE, id)
  return ended.length
}
