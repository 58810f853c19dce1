import type { Drift, ReconciliationRunRow } from '#entities/billing/reconciliation-run.entity.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { readAsOperator } from '#services/identity/access/read-as-operator.js'
import { jsonb } from '#services/kernel/database/query-builder.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { positionalId, positionOf } from '#services/kernel/ids/ids.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'

/** A difference with its ID and the run that found it. */
export interface DriftRow {
  readonly id: string
  readonly run: ReconciliationRunRow
  readonly drift: Drift
}

/** ID of a difference: its run, and its position in the run. */
export const driftId = (runId: string, index: number): string => positionalId('drf', runId, index)

const findRun = ({ query }: Sql, id: string) => query.selectFrom('reconciliation_run').selectAll().where('id', '=', id)

function rowOf(id: string, run: ReconciliationRunRow | null | undefined): DriftRow | null {
  const drift = run?.drift[positionOf(id, 'drf', 'rcn', 1)!.place[0]!]
  return run && drift ? { id, run, drift } : null
}

/** A difference by its ID. Null for callers that are not operators. */
export async function visibleDrift(
  context: IdentityContext,
  id: string,
  loadRun: (id: string) => Promise<ReconciliationRunRow | null | undefined>,
): Promise<DriftRow | null> {
  const place = positionOf(id, 'drf', 'rcn', 1)
  return place && readAsOperator(context, async () => rowOf(id, await loadRun(place.ownerId)))
}

/** The difference that an operation names. */
export async function requireDrift(context: BillingContext, id: string): Promise<DriftRow> {
  const row = await visibleDrift(context, id, (runId) => findRun(context.database, runId).executeTakeFirst())
  if (!row) throw new AppError('NOT_FOUND', 'Difference not found.', { details: { field: 'driftId' } })
  return row
}

/** Stores what became of a difference in its run. */
export async function updateDrift(
  context: BillingContext,
  { id, run }: DriftRow,
  change: Partial<Pick<Drift, 'healed' | 'unhealedReason' | 'accepted' | 'acceptedUntil'>>,
): Promise<DriftRow> {
  return context.database.transaction(async (transaction) => {
    const locked = await findRun(transaction, run.id).forUpdate().executeTakeFirstOrThrow()
    const { drift } = rowOf(id, locked)!
    const changed = { ...drift, ...change }
    const all = locked.drift.map((one) => (one === drift ? changed : one))
    const updated = await transaction.query
      .updateTable('reconciliation_run')
      .set({ drift: jsonb(all), healed: locked.healed + Number(changed.healed) - Number(drift.healed) })
      .where('id', '=', run.id)
      .returningAll()
      .executeTakeFirstOrThrow()
    return { id, run: updated, drift: changed }
  })
}
