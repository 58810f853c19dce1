import type { ReconciliationRunRow } from '#entities/billing/reconciliation-run.entity.js'
import type { PaymentProvider } from '#schema/billing/payment-provider.js'
import type { Drift } from '#schema/billing/drift.type.js'
import type { ReconciliationRun } from '#schema/billing/reconciliation.type.js'
import { driftId } from '#services/billing/reconciliation/drift-row.js'
import type { ListedReconciliationRun } from '#services/billing/reconciliation/reconciliation-runs.js'
import { toMoney } from '../kernel/price.mapper.js'
import { toDrift } from './drift.mapper.js'

/** The differences of a run that was read as a whole. */
export const driftOf = (run: ReconciliationRunRow): Drift[] =>
  run.drift.map((drift, index) => toDrift({ id: driftId(run.id, index), run, drift }))

export const toReconciliationRun = (
  row: ListedReconciliationRun & Partial<Pick<ReconciliationRunRow, 'drift'>>,
): ReconciliationRun => ({
  __typename: 'ReconciliationRun',
  id: row.id,
  provider: row.provider as PaymentProvider,
  startedAt: row.startedAt,
  finishedAt: row.finishedAt,
  checkedCount: row.checked,
  from: row.since,
  to: row.until,
  comparedMoney: row.totals.map(({ what, currency, theirsMinor, oursMinor }) => ({
    __typename: 'ComparedMoney',
    what,
    theirs: toMoney({ amountMinor: theirsMinor, currency }),
    ours: toMoney({ amountMinor: oursMinor, currency }),
  })),
  foundCount: row.found,
  healedCount: row.healed,
  error: row.error,
  ...(row.drift ? { wholeDrift: driftOf(row as ReconciliationRunRow) } : {}),
})
