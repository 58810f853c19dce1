import type { Transaction } from '#services/kernel/database/database.js'
import { cancelJob, scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { newId } from '#services/kernel/ids/ids.js'
import { SOURCE_EXPIRE } from '../sources/expire-source.js'

/** Cause of a package assignment. */
export interface PackageCause {
  readonly sourceType: 'subscription' | 'purchase' | 'operator'
  readonly sourceId: string
}

/** A package given to an account for a cause. Several calls for one cause keep one row up to date. */
export interface PackageHolding extends PackageCause {
  readonly accountId: string
  readonly packageCode: string
  readonly packageVersionId: string
  readonly quantity: number
  readonly since: Date
  /** Time at which it expires. Null if it does not expire. */
  readonly endsAt: Date | null
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
  const row = await transaction.row<{ id: string }>(
    `update package_assignment set ends_at = $6
     where source_type = $1 and source_id = $2 and package_code = $3 and package_version_id = $4 and quantity = $5 and ended_at is null returning id`,
    [
      holding.sourceType,
      holding.sourceId,
      holding.packageCode,
      holding.packageVersionId,
      holding.quantity,
      holding.endsAt,
    ],
  )
  return row?.id ?? null
}

/** Other terms end what was, and begin now; a first assignment begins when its cause did. */
async function restart(transaction: Transaction, holding: PackageHolding, at: Date): Promise<string> {
  const ended = await endPackage(transaction, holding, at)
  const id = newId('pka')
  await transaction.run(
    `insert into package_assignment (id, account_id, package_version_id, quantity, source_type, source_id, package_code, since, ends_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      id,
      holding.accountId,
      holding.packageVersionId,
      holding.quantity,
      holding.sourceType,
      holding.sourceId,
      holding.packageCode,
      ended > 0 ? at : holding.since,
      holding.endsAt,
    ],
  )
  return id
}

/** The versions of the packages that a cause gives now, by code: who holds one keeps it. */
export async function heldVersions(
  transaction: Transaction,
  { sourceType, sourceId }: PackageCause,
): Promise<ReadonlyMap<string, string>> {
  const rows = await transaction.rows<{ packageCode: string; packageVersionId: string }>(
    `select package_code, package_version_id from package_assignment where source_type = $1 and source_id = $2 and ended_at is null`,
    [sourceType, sourceId],
  )
  return new Map(rows.map((row) => [row.packageCode, row.packageVersionId]))
}

/** Ends packages of a cause: one, or all. Returns the number of ended packages. The caller holds the account lock. */
export async function endPackage(
  transaction: Transaction,
  cause: PackageCause & { readonly packageCode?: string },
  at: Date,
): Promise<number> {
  const ended = await transaction.rows<{ id: string }>(
    `update package_assignment set ended_at = $4
     where source_type = $1 and source_id = $2 and ($3::text is null or package_code = $3) and ended_at is null returning id`,
    [cause.sourceType, cause.sourceId, cause.packageCode ?? null, at],
  )
  for (const { id } of ended) await cancelJob(transaction, SOURCE_EXPIRE, id)
  return ended.length
}
