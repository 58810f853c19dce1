import type { ReconciliationRunFilter } from '#schema/billing/reconciliation.type.js'
import { sql } from 'kysely'
import type { ReconciliationRunRow } from '#entities/billing/reconciliation-run.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { Page, PageRequest } from '#services/kernel/paging/page.js'
import { readRows } from '#services/kernel/paging/read-rows.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'

/** A run as lists show it: its differences, of which there can be 10,000, are read when they are selected. */
export type ListedReconciliationRun = Omit<ReconciliationRunRow, 'drift'>

const LISTED_COLUMNS = [
  'id',
  'provider',
  'scope',
  'requestedBy',
  'startedAt',
  'finishedAt',
  'checked',
  'subjectAccount',
  'since',
  'until',
  'totals',
  'found',
  'healed',
  'error',
] as const

/** Comparisons with payment providers, newest first; for operators. */
export function reconciliationRuns(
  context: BillingContext,
  { providers, hasDrift }: ReconciliationRunFilter,
  request: PageRequest,
): Promise<Page<ListedReconciliationRun>> {
  return readRows(
    request,
    'reconciliations',
    context.database.query
      .selectFrom('reconciliation_run')
      .select(LISTED_COLUMNS)
      .$if(!!providers, (query) => query.where('provider', 'in', providers!))
      .$if(typeof hasDrift === 'boolean', (query) =>
        query.where(sql<number>`jsonb_array_length(drift)`, hasDrift ? '>' : '=', 0),
      ),
  )
}

export const runsByIds = ({ query }: Sql, ids: readonly string[]): Promise<ReconciliationRunRow[]> =>
  query.selectFrom('reconciliation_run').selectAll().where('id', 'in', ids).execute()
