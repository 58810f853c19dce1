import type { AgentAlarmRow } from '#entities/deployments/agent-alarm.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { readPage, type Page, type PageRequest } from '#services/kernel/paging/page.js'

/** Alarms of a deployment's server, last received first. */
export const listAlarms = (
  { query }: Sql,
  { id: deploymentId, accountId }: { readonly id: string; readonly accountId: string },
  request: PageRequest,
): Promise<Page<AgentAlarmRow>> =>
  readPage(
    request,
    `alarms ${deploymentId}`,
    (row) => [row.id],
    (limit, after, backward) =>
      query
        .selectFrom('agent_alarm')
        .selectAll()
        .where('deploymentId', '=', deploymentId)
        .where('accountId', '=', accountId)
        .$if(!!after, (rest) => rest.where('id', backward ? '>' : '<', after![0]!))
        .orderBy('id', backward ? 'asc' : 'desc')
        .limit(limit)
        .execute(),
  )
