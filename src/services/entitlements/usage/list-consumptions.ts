import type { Sql } from '#services/kernel/database/sql.js'
import type { Page, PageRequest } from '#services/kernel/paging/page.js'
import { readRows } from '#services/kernel/paging/read-rows.js'
import type { OperationPosition } from './replay-result.js'

/** Positions of the consumptions of features of an account, newest first. */
export const listConsumptions = (
  sql: Sql,
  { accountId, features }: { readonly accountId: string; readonly features: readonly string[] },
  request: PageRequest,
): Promise<Page<OperationPosition>> =>
  readRows(
    request,
    `consumptions ${accountId}`,
    sql.query
      .selectFrom('ledger_entry')
      .select(['accountId', 'version', 'operationNo'])
      .where('accountId', '=', accountId)
      .where('kind', '=', 'CONSUME')
      // Only the first entry of an operation has its key.
      .where('key', 'is not', null)
      .where((eb) => (features.length === 0 ? eb.lit(false) : eb('feature', 'in', features))),
    { by: ['version', 'operationNo'] },
  )
