import type { OutageFilter } from '#schema/deployments/agent.type.js'
import type { AgentOutageRow } from '#entities/deployments/agent-outage.entity.js'
import { requestedAccount } from '#services/identity/accounts/account-condition.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { rowCount } from '#services/kernel/paging/count-rows.js'
import { EMPTY_COUNTED_PAGE, readPage, type CountablePage, type PageRequest } from '#services/kernel/paging/page.js'

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
  const [direction, compared] = reverse ? (['asc', '>'] as const) : (['desc', '<'] as const)
  const page = await readPage<AgentOutageRow>(
    request,
    `outages ${direction}`,
    ({ id }) => [id],
    (limit, after) =>
      selected
        .selectAll()
        .$if(!!after, (query) => query.where('id', compared, after![0]!))
        .orderBy('id', direction)
        .limit(limit)
        .execute(),
  )
  return { ...page, countAll: async () => (await selected.select(rowCount).executeTakeFirstOrThrow()).count }
}

export const outagesByIds = ({ query }: Sql, ids: readonly string[]): Promise<AgentOutageRow[]> =>
  query.selectFrom('agent_outage').selectAll().where('id', 'in', ids).execute()
