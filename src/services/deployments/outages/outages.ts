import type { OutageFilter } from '#schema/deployments/agent.type.js'
import type { AgentOutageRow } from '#entities/deployments/agent-outage.entity.js'
import { requestedAccount } from '#services/identity/accounts/account-condition.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { EMPTY_COUNTED_PAGE, type CountablePage, type PageRequest } from '#services/kernel/paging/page.js'
import { readRows } from '#services/kernel/paging/read-rows.js'

export interface OutagesRequest {
  readonly filter?: OutageFilter | null
  /** True for the oldest first. */
  readonly reverse?: boolean | null
}

/** Outages of agents of the installation, by the time at which they were noticed. Operators only. */
export async function outages(
  context: IdentityContext,
  { filter, reverse }: OutagesRequest,
  request: PageRequest,
): Promise<CountablePage<AgentOutageRow>> {
  const { open, kinds, alerted } = filter ?? {}
  const accountId = await requestedAccount(context.database, filter?.account)
  if (accountId === undefined) return EMPTY_COUNTED_PAGE
  const selected = context.database.query
    .selectFrom('agent_outage')
    .$if(accountId !== null, (query) => query.where('accountId', '=', accountId!))
    .$if(typeof open === 'boolean', (query) => query.where('endedAt', open ? 'is' : 'is not', null))
    .$if(!!kinds, (query) => query.where('kind', 'in', kinds!))
    .$if(typeof alerted === 'boolean', (query) => query.where('alertedAt', alerted ? 'is not' : 'is', null))
  return readRows(request, `outages ${reverse ? 'asc' : 'desc'}`, selected.selectAll(), { ascending: reverse === true })
}

export const outagesByIds = ({ query }: Sql, ids: readonly string[]): Promise<AgentOutageRow[]> =>
  query.selectFrom('agent_outage').selectAll().where('id', 'in', ids).execute()
