import type { ReconciliationRunRow } from '#entities/ops/reconciliation-run.entity.js'
import type { ProviderName } from '#services/billing/providers/port.js'
import { mayOperate, requireOperator } from '#services/identity/guard/guard.js'
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

/** One comparison. Null for callers that are not operators. */
export async function reconciliationRun(context: OpsContext, id: string): Promise<ReconciliationRunRow | null> {
  if (!mayOperate(context, 'ops:read')) return null
  const run = await context.database.query
    .selectFrom('reconciliation_run')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  return run ?? null
}
