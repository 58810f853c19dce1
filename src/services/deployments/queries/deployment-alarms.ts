import type { AgentAlarmRow } from '#entities/deployments/agent-alarm.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { Page, PageRequest } from '#services/kernel/paging/page.js'
import { readRows } from '#services/kernel/paging/read-rows.js'

/** Alarms of a deployment's server, last received first. */
export const listAlarms = (
  { query }: Sql,
  { id: deploymentId, accountId }: { readonly id: string; readonly accountId: string },
  request: PageRequest,
): Promise<Page<AgentAlarmRow>> =>
  readRows(
    request,
    `alarms ${deploymentId}`,
    query
      .selectFrom('agent_alarm')
      .selectAll()
      .where('deploymentId', '=', deploymentId)
      .where('accountId', '=', accountId),
  )
