import type { ReconciliationRunRow } from '#entities/ops/reconciliation-run.entity.js'
import type { ProviderName } from '#services/billing/providers/port.js'
import { requireOperator } from '#services/identity/guard/guard.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { readPage, type Page, type PageRequest } from '#services/kernel/paging/page.js'
import type { OpsContext } from '../ops-context.js'

/** Comparisons with payment providers, newest first; for operators. */
export function reconciliationRuns(
  context: OpsContext,
  { providers }: { readonly providers?: readonly ProviderName[] | null },
  request: PageRequest,
): Promise<Page<ReconciliationRunRow>> {
  requireOperator(context, 'ops:read')
  return readPage(
    request,
    'reconciliations',
    (run) => [run.id],
    (limit, after) =>
      context.database.query
        .selectFrom('reconciliation_run')
        .selectAll()
        .$if(!!providers, (query) => query.where('provider', 'in', providers!))
        .$if(!!after, (query) => query.where('id', '<', after![0]!))
        .orderBy('id', 'desc')
        .limit(limit)
        .execute(),
  )
}

export const runsByIds = ({ query }: Sql, ids: readonly string[]): Promise<ReconciliationRunRow[]> =>
  query.selectFrom('reconciliation_run').selectAll().where('id', 'in', ids).execute()
