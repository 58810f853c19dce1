import type { AgentFilter } from '#schema/deployments/agent.type.js'
import { sql } from 'kysely'
import type { AgentPresence, AgentRow } from '#entities/deployments/agent.entity.js'
import { requestedAccount } from '#services/identity/accounts/account-condition.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { EMPTY_COUNTED_PAGE, type CountablePage, type PageRequest } from '#services/kernel/paging/page.js'
import { readRows } from '#services/kernel/paging/read-rows.js'
import { OFFLINE_AFTER_SECONDS, selectHeldCommands } from '../presence/presence.js'

export interface AgentsRequest {
  readonly filter?: AgentFilter | null
  readonly orderBy?: 'NEWEST' | 'LAST_HEARTBEAT' | null
}

/** Last heartbeat in milliseconds, as JavaScript reads it. Zero: none. */
const HEARTBEAT = sql<number>`coalesce(floor(extract(epoch from last_heartbeat_at) * 1000), 0)::int8`

/** Agents of the installation with their present presence (machine clock). Operators only. */
export async function agents(
  context: IdentityContext,
  { filter, orderBy }: AgentsRequest,
  request: PageRequest,
): Promise<CountablePage<AgentRow>> {
  const { database } = context
  const { presences, softwareVersions, revoked } = filter ?? {}
  const accountId = await requestedAccount(database, filter?.account)
  if (accountId === undefined) return EMPTY_COUNTED_PAGE
  // As `presenceOf` decides.
  const presence = sql<AgentPresence>`case
    when agent.deployment_id in (${selectHeldCommands(database)}) then 'BUSY'
    when last_heartbeat_at is null or last_heartbeat_at < now() - make_interval(secs => ${OFFLINE_AFTER_SECONDS}) then 'OFFLINE'
    else presence end`
  const selected = database.query
    .selectFrom('agent')
    .$if(accountId !== null, (query) => query.where('accountId', '=', accountId!))
    .$if(!!presences, (query) => query.where(presence, 'in', presences!))
    .$if(!!softwareVersions, (query) => query.where('version', 'in', softwareVersions!))
    .$if(typeof revoked === 'boolean', (query) => query.where('revokedAt', revoked ? 'is not' : 'is', null))
  const bySilence = orderBy === 'LAST_HEARTBEAT'
  const byHeartbeat = {
    by: HEARTBEAT,
    of: ({ lastHeartbeatAt }: AgentRow) => String(lastHeartbeatAt?.getTime() ?? 0),
  }
  return readRows(request, bySilence ? 'agents by silence' : 'agents', selected.selectAll('agent'), {
    by: [...(bySilence ? [byHeartbeat] : []), 'id'],
    ascending: bySilence,
  })
}
