import type { Sql } from '#services/kernel/database/sql.js'
import { readPage, type Page, type PageRequest } from '#services/kernel/paging/page.js'
import type { OperationPosition } from './replay-result.js'

/** Positions of the consumptions of features of an account, newest first. */
export const listConsumptions = (
  sql: Sql,
  { accountId, features }: { readonly accountId: string; readonly features: readonly string[] },
  request: PageRequest,
): Promise<Page<OperationPosition>> =>
  readPage(
    request,
    `consumptions ${accountId}`,
    ({ version, operationNo }) => [String(version), String(operationNo)],
    async (limit, after) =>
      features.length === 0
        ? []
        : sql.query
            .selectFrom('ledger_entry')
            .select(['accountId', 'version', 'operationNo'])
            .where('accountId', '=', accountId)
            .where('kind', '=', 'CONSUME')
            // Only the first entry of an operation has its key.
            .where('key', 'is not', null)
            .where('feature', 'in', features)
            .$if(after !== null, (query) =>
              query.where((column) =>
                column(
                  column.refTuple('version', 'operationNo'),
                  '<',
                  column.tuple(Number(after![0]), Number(after![1])),
                ),
              ),
            )
            .orderBy('version', 'desc')
            .orderBy('operationNo', 'desc')
            .limit(limit)
            .execute(),
  )
