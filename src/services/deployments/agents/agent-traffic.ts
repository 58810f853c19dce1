import { createBatcher, type Batcher } from '../../kernel/batcher/batcher.js'
import type { Database } from '../../kernel/database/database.js'

/** One authenticated request of an agent. */
export interface AgentRequest {
  readonly agentId: string
  readonly requestId: string
}

export interface AgentRequestOutcome {
  /** False: this request id was used before. */
  readonly fresh: boolean
  /** True when the agent was thought offline until now. */
  readonly cameOnline: boolean
}

/** Request ids and heartbeats of all agents that call at the same moment are written by one statement. */
export interface AgentTraffic {
  record(request: AgentRequest): Promise<AgentRequestOutcome>
  /** A poll that is still held is a sign of life. */
  beat(agentId: string): Promise<void>
}

export function createAgentTraffic(database: Database): AgentTraffic {
  const batcher: Batcher<AgentRequest, AgentRequestOutcome> = createBatcher({
    settle: (requests) => settle(database, requests),
    maxSize: 256,
  })
  const beats = createBatcher<string, void>({
    settle: async (agentIds) => {
      await database.run(
        `update agent set last_heartbeat_at = now() where id in (select id from agent where id = any($1) order by id for update)`,
        [agentIds],
      )
      return agentIds.map(() => undefined)
    },
    maxSize: 256,
  })
  return { record: (request) => batcher.add(request), beat: (agentId) => beats.add(agentId) }
}

async function settle(database: Database, requests: readonly AgentRequest[]): Promise<AgentRequestOutcome[]> {
  const rows = await database.rows<{ agentId: string; requestId: string; presence: string }>(
    `with seen as (
       insert into agent_nonce (agent_id, request_id)
       select distinct agent_id, request_id from unnest($1::text[], $2::text[]) as request (agent_id, request_id)
       on conflict do nothing returning agent_id, request_id
     ), beat as (
       update agent set last_heartbeat_at = now() where id in (select id from agent where id in (select agent_id from seen) order by id for update)
       returning id, presence
     )
     select seen.agent_id, seen.request_id, beat.presence from seen join beat on beat.id = seen.agent_id`,
    [requests.map((request) => request.agentId), requests.map((request) => request.requestId)],
  )
  const unused = new Map(rows.map((row) => [`${row.agentId} ${row.requestId}`, row.presence]))
  return requests.map(({ agentId, requestId }) => {
    const key = `${agentId} ${requestId}`
    const presence = unused.get(key)
    unused.delete(key) // the same id twice in one batch is a replay as well
    return { fresh: presence !== undefined, cameOnline: presence === 'OFFLINE' }
  })
}
