import type { UsageAmendmentRow } from '#entities/entitlements/usage-amendment.entity.js'
import { statement } from '#services/kernel/database/statement.js'

/** Amendments of consumptions, one position per index, oldest first. */
export const amendmentsOfConsumptions = statement<
  {
    readonly accountIds: readonly string[]
    readonly versions: readonly number[]
    readonly operationNos: readonly number[]
  },
  UsageAmendmentRow
>(`
  select a.*
  from unnest(:accountIds::text[], :versions::bigint[], :operationNos::integer[])
    as wanted (account_id, consumption_version, consumption_operation_no)
  join usage_amendment a using (account_id, consumption_version, consumption_operation_no)
  order by a.version
`)
