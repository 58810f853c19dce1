import type { UsageAmendmentRow } from '#entities/entitlements/usage-amendment.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { OperationPosition } from '#services/entitlements/usage/replay-result.js'
import { amendmentsOfConsumptions } from './usage-amendments.sql.js'

export const amendmentsByIds = ({ query }: Sql, ids: readonly string[]): Promise<UsageAmendmentRow[]> =>
  query.selectFrom('usage_amendment').selectAll().where('id', 'in', ids).execute()

/** Amendments of consumptions, oldest first. */
export const amendmentsOf = (sql: Sql, places: readonly OperationPosition[]): Promise<UsageAmendmentRow[]> =>
  sql.rows(amendmentsOfConsumptions, {
    accountIds: places.map(({ accountId }) => accountId),
    versions: places.map(({ version }) => version),
    operationNos: places.map(({ operationNo }) => operationNo),
  })
