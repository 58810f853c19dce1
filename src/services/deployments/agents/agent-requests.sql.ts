import type { AgentPresence } from '#entities/deployments/agent.entity.js'
import { statement } from '#services/kernel/database/statement.js'

/**
 * Records requests of agents whose tokens are accepted, their heartbeats, and the commands that their polls supersede. A poll without an
 * instance supersedes all commands of the agent; a poll of an instance supersedes those of the instance or without one. Rows are marked
 * in one order, skipping those that another poll is marking, so that two polls never deadlock. The response does not wait for the disk:
 * a crash of the database server can lose only a fraction of a second of request IDs and heartbeats. Requests without a row have a token
 * that is not accepted.
 */
export const recordRequests = statement<
  {
    agentIds: readonly string[]
    requestIds: readonly string[]
    tokenHashes: readonly string[]
    polls: readonly boolean[]
    instances: readonly (string | null)[]
    signedFully: readonly boolean[]
  },
  {
    agentId: string
    requestId: string
    presence: AgentPresence
    graceMs: number | null
    isWeak: boolean
    fresh: boolean
    hasWork: boolean | null
  }
>(`
  with quick as materialized (
    select set_config('synchronous_commit', 'off', true) as mode
  ), request as (
    select *
    from unnest(
      :agentIds::text[], :requestIds::text[], :tokenHashes::text[], :polls::boolean[], :instances::text[], :signedFully::boolean[]
    ) as request (agent_id, request_id, token_hash, polls, instance, signed_fully)
  ), proven as (
    select request.*, agent.account_id, agent.deployment_id, agent.presence,
      case when agent.token_hash <> request.token_hash then (extract(epoch from greatest(
        case when agent.previous_token_hash = request.token_hash then agent.previous_token_until end,
        (
          select accepted_until from retired_agent_token
          where retired_agent_token.token_hash = request.token_hash and retired_agent_token.agent_id = agent.id
        )
      ) - now()) * 1000)::float8 end as grace_ms,
      agent.signs_fully and not request.signed_fully as is_weak
    from request join agent on agent.id = request.agent_id
    where agent.id = any(:agentIds)
      and (
        agent.token_hash = request.token_hash
        or (agent.previous_token_hash = request.token_hash and agent.previous_token_until > now())
        or (
          select true from retired_agent_token
          where retired_agent_token.token_hash = request.token_hash and retired_agent_token.agent_id = agent.id
            and retired_agent_token.accepted_until > now()
          limit 1
        )
      )
  ), seen as (
    insert into agent_nonce (agent_id, request_id, account_id)
    select distinct agent_id, request_id, account_id from proven where not is_weak
    on conflict do nothing
    returning agent_id, request_id
  ), beat as (
    update agent
    set last_heartbeat_at = now(),
      signs_fully = signs_fully or id = any(array(
        select agent_id from proven join seen using (agent_id, request_id) where proven.signed_fully and proven.grace_ms is null
      ))
    where id = any(array(select id from agent where id = any(array(select agent_id from seen)) order by id for update))
  ), poll as (
    select distinct proven.deployment_id, proven.instance from proven join seen using (agent_id, request_id) where proven.polls
  ), superseded as (
    update command set superseded_at = now()
    where id = any(array(
      select command.id from poll join command on command.deployment_id = poll.deployment_id
      where command.deployment_id = any(array(select deployment_id from poll)) and command.status in ('LEASED', 'RUNNING')
        and command.superseded_at is null
        and (poll.instance is null or command.instance is null or command.instance = poll.instance)
      order by command.id
      for update of command skip locked
    ))
  )
  select proven.agent_id, proven.request_id, proven.presence, proven.grace_ms, proven.is_weak, seen.request_id is not null as fresh,
    case when proven.polls then (
      select true from command where command.deployment_id = proven.deployment_id and command.status = 'QUEUED' limit 1
    ) end as has_work
  from quick cross join proven left join seen using (agent_id, request_id)
`)

/** Records heartbeats of agents whose polls are held. */
export const recordHeartbeats = statement<{ deploymentIds: readonly string[] }>(`
  update agent set last_heartbeat_at = now()
  where id = any(array(select id from agent where deployment_id = any(:deploymentIds) order by id for update))
`)
