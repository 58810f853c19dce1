import { createBatcher, debounceWhileBusy } from '#services/kernel/batcher/batcher.js'
import type { Context } from '#services/kernel/context/context.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { markAgentsOnline } from '../presence/mark-online.js'

/** One request of an agent whose signature holds. */
export interface AgentRequest {
  readonly agentId: string
  readonly requestId: string
  /** Hash of the token of the request, according to the cache. */
  readonly tokenHash: string
  /** True if it carried a valid `X-Agent-Signature-V2`. */
  readonly signedFully: boolean
  /** A poll for commands, by which of the agent's instances when it says so; null for any other request. */
  readonly poll: { readonly instance: string | null } | null
}

/** Result of recording a request. */
export interface AgentRequestOutcome {
  /** True if the token is not (or no longer) valid: the cache is outdated, and nothing was written. */
  readonly tokenIsStale: boolean
  /** Milliseconds for which a replaced token is still accepted. Null for the present token. */
  readonly graceMs: number | null
  /** The agent has signed whole requests before, and this request lacks that signature. Nothing was written. */
  readonly needsFullSignature: boolean
  /** False: this request id was used before. */
  readonly fresh: boolean
  /** True when the agent was thought offline until now. */
  readonly cameOnline: boolean
  /** Something waits in the queue of its deployment. Only looked at for a poll. */
  readonly hasWork: boolean
}

/**
 * Persists request IDs and heartbeats of concurrent agent requests in one statement, which also verifies tokens,
 * enforces the strongest signature that an agent has sent, supersedes commands of a new poll, and reports whether a
 * command is queued.
 */
export interface AgentHeartbeats {
  record(request: AgentRequest): Promise<AgentRequestOutcome>
  /** The agent of this deployment was thought offline until now. */
  markOnline(deploymentId: string): Promise<void>
  /** Polls that are still held are a sign of life. */
  touch(deploymentIds: readonly string[]): Promise<void>
}

/**
 * Debounce of polls in ms: a poll that will wait for half a minute can wait for others, longer if more polls are open.
 * Ten thousand agents poll at 333 per second. With few agents there is no debounce.
 */
const MAX_DEBOUNCE_MS = 25
const POLLS_PER_GATHER_MS = 200

/** @param sql connections for frequent statements @param openLongPolls number of polls that this process holds */
export function createAgentHeartbeats(
  { notifier }: Pick<Context, 'notifier'>,
  sql: Sql,
  openLongPolls: () => number,
): AgentHeartbeats {
  const options = { runBatch: (requests: readonly AgentRequest[]) => persistRequests(sql, requests), maxSize: 256 }
  const debounceMs = (recent: number) =>
    Math.max(debounceWhileBusy(recent), Math.min(MAX_DEBOUNCE_MS, Math.floor(openLongPolls() / POLLS_PER_GATHER_MS)))
  const polls = createBatcher<AgentRequest, AgentRequestOutcome>({ ...options, debounceMs })
  const others = createBatcher<AgentRequest, AgentRequestOutcome>({ ...options, debounceMs: debounceWhileBusy })
  const reconnects = createBatcher<string, null>({
    runBatch: async (deploymentIds) => {
      notifier.publishCommitted(await markAgentsOnline(sql, deploymentIds), [])
      return deploymentIds.map(() => null)
    },
    keyOf: (deploymentId) => deploymentId,
    maxSize: 256,
    debounceMs,
  })
  return {
    markOnline: async (deploymentId) => void (await reconnects.add(deploymentId)),
    record: (request) => (request.poll ? polls : others).add(request),
    touch: async (deploymentIds) => {
      await sql.run(
        `update agent set last_heartbeat_at = now() where id = any(array(select id from agent where deployment_id = any($1) order by id for update))`,
        [deploymentIds],
      )
    },
  }
}

/**
 * A poll without an instance supersedes all commands of the agent; a poll of an instance supersedes those of the
 * instance or without one. Rows are marked in one order, skipping those that another poll is marking, so that two polls
 * never deadlock. The response does not wait for the disk: a crash of the database server can lose only a fraction of a
 * second of request IDs and heartbeats.
 */
const PERSIST = `with quick as materialized (
    select set_config('synchronous_commit', 'off', true) as mode
  ), request as (
    select * from unnest($1::text[], $2::text[], $3::text[], $4::boolean[], $5::text[], $6::boolean[])
      as request (agent_id, request_id, token_hash, polls, instance, signed_fully)
  ), proven as (
    select request.*, agent.deployment_id, agent.presence,
      case when agent.token_hash <> request.token_hash then (extract(epoch from greatest(
        case when agent.previous_token_hash = request.token_hash then agent.previous_token_until end,
        (select accepted_until from retired_agent_token where retired_agent_token.token_hash = request.token_hash and retired_agent_token.agent_id = agent.id)) - now()) * 1000)::float8
      end as grace_ms,
      agent.signs_fully and not request.signed_fully as is_weak
    from request join agent on agent.id = request.agent_id
    where agent.id = any($1)
      and (agent.token_hash = request.token_hash or (agent.previous_token_hash = request.token_hash and agent.previous_token_until > now())
        or (select true from retired_agent_token where retired_agent_token.token_hash = request.token_hash
              and retired_agent_token.agent_id = agent.id and retired_agent_token.accepted_until > now() limit 1))
  ), seen as (
    insert into agent_nonce (agent_id, request_id) select distinct agent_id, request_id from proven where not is_weak on conflict do nothing returning agent_id, request_id
  ), beat as (
    update agent set last_heartbeat_at = now(), signs_fully = signs_fully or id = any(array(
      select agent_id from proven join seen using (agent_id, request_id) where proven.signed_fully and proven.grace_ms is null))
    where id = any(array(select id from agent where id = any(array(select agent_id from seen)) order by id for update))
  ), poll as (
    select distinct proven.deployment_id, proven.instance from proven join seen using (agent_id, request_id) where proven.polls
  ), ended as (
    update command set superseded_at = now() where id = any(array(
      select command.id from poll join command on command.deployment_id = poll.deployment_id
      where command.deployment_id = any(array(select deployment_id from poll)) and command.status in ('LEASED', 'RUNNING')
        and command.superseded_at is null and (poll.instance is null or command.instance is null or command.instance = poll.instance)
      order by command.id for update of command skip locked))
  )
  select proven.agent_id, proven.request_id, proven.presence, proven.grace_ms, proven.is_weak, seen.request_id is not null as fresh,
    case when proven.polls
      then (select true from command where command.deployment_id = proven.deployment_id and command.status = 'QUEUED' limit 1) end as has_work
  from quick cross join proven left join seen using (agent_id, request_id)`

interface PersistedRow {
  readonly agentId: string
  readonly requestId: string
  readonly presence: string
  readonly graceMs: number | null
  readonly isWeak: boolean
  readonly fresh: boolean
  readonly hasWork: boolean | null
}

async function persistRequests(sql: Sql, requests: readonly AgentRequest[]): Promise<AgentRequestOutcome[]> {
  const rows = await sql.rows<PersistedRow>(PERSIST, [
    requests.map(({ agentId }) => agentId),
    requests.map(({ requestId }) => requestId),
    requests.map(({ tokenHash }) => tokenHash),
    requests.map(({ poll }) => poll !== null),
    requests.map(({ poll }) => poll?.instance ?? null),
    requests.map(({ signedFully }) => signedFully),
  ])
  const keyOf = ({ agentId, requestId }: { agentId: string; requestId: string }) => `${agentId} ${requestId}`
  const completed = new Map(rows.map((row) => [keyOf(row), row]))
  const published = new Set<string>()
  return requests.map((request) => {
    const key = keyOf(request)
    const row = completed.get(key)
    const first = !published.has(key) // the same id twice in one batch is a replay as well
    published.add(key)
    return {
      tokenIsStale: row === undefined,
      graceMs: row?.graceMs ?? null,
      needsFullSignature: row?.isWeak === true,
      fresh: first && row?.fresh === true,
      cameOnline: row?.presence === 'OFFLINE',
      hasWork: row?.hasWork === true,
    }
  })
}
