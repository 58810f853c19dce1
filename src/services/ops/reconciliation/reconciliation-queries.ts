import type { ReconciliationRunRow } from '#entities/ops/reconciliation-run.entity.js'
import { mayOperate, requireOperator } from '#services/identity/guard/guard.js'
import { readPage, type Page, type PageRequest } from '#services/kernel/paging/page.js'
import type { OpsContext } from '../ops-context.js'

/** Comparisons with payment providers, newest first; for operators. */
export function reconciliationRuns(context: OpsContext, request: PageRequest): Promise<Page<ReconciliationRunRow>> {
  requireOperator(context, 'ops:read')
  return readPage(
    request,
    'reconciliations',
    (run) => [run.id],
    (limit, after) =>
      context.database.rows<ReconciliationRunRow>(
        `select * from reconciliation_run where $1::text is null or id < $1 order by id desc limit $2`,
        [after?.[0] ?? null, limit],
      ),
  )
}

/** One comparison; null for everybody but operators. */
export async function reconciliationRun(context: OpsContext, id: string): Promise<ReconciliationRunRow | null> {
  if (!mayOperate(context, 'ops:read')) return null
  return (
    (await context.database.row<ReconciliationRunRow>(`select * from reconciliation_run where id = $1`, [id])) ?? null
  )
}
