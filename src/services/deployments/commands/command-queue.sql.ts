import type { CommandRow } from '#entities/deployments/command.entity.js'
import { statement } from '#services/kernel/database/statement.js'

/** A command with its result, large or not. */
type CompleteCommandRow = Omit<CommandRow, 'hasLargeResult' | 'hasLargeParameters'>

/**
 * Enqueues commands: the next sequences of their deployments, the idempotency keys, the commands in their queues, and the events. A
 * command is not inserted if its deployment has other applications by now, or is stopped. A key that is taken fails the statement.
 */
export const insertCommands = statement<
  {
    deploymentIds: readonly string[]
    appsMarks: readonly string[]
    ids: readonly string[]
    types: readonly string[]
    appCodes: readonly (string | null)[]
    priorities: readonly number[]
    parameters: readonly string[]
    sealedParameters: readonly (string | null)[]
    timeoutSeconds: readonly number[]
    expiresInSeconds: readonly number[]
    userIds: readonly (string | null)[]
    eventIds: readonly string[]
    principals: readonly (string | null)[]
    accountIds: readonly (string | null)[]
    mutations: readonly (string | null)[]
    keys: readonly (string | null)[]
    fingerprints: readonly (string | null)[]
  },
  CompleteCommandRow
>(`
  with item as materialized (
    select *
    from unnest(
      :deploymentIds::text[], :appsMarks::text[], :ids::text[], :types::text[], :appCodes::text[], :priorities::int[],
      :parameters::jsonb[], :sealedParameters::text[], :timeoutSeconds::int[], :expiresInSeconds::int[], :userIds::text[],
      :eventIds::text[], :principals::text[], :accountIds::text[], :mutations::text[], :keys::text[], :fingerprints::text[]
    ) with ordinality as item (
      deployment_id, apps_mark, id, type, app_code, priority, parameters, sealed, timeout_seconds, expires_in, user_id, event_id,
      principal, key_account, mutation, key, fingerprint, number
    )
  ), locked as materialized (
    select id, hash, account_id, version, status, md5(apps::text) as apps_mark from deployment
    where id = any(:deploymentIds) order by id for update
  ), valid as materialized (
    select item.*, locked.hash, locked.account_id,
      locked.version + row_number() over (partition by item.deployment_id order by item.number) as queue_position
    from item join locked on locked.id = item.deployment_id and locked.status <> 'STOPPED' and locked.apps_mark = item.apps_mark
  ), numbered as (
    update deployment set version = deployment.version + valid.count
    from (select deployment_id, count(*) as count from valid group by deployment_id) valid
    where deployment.id = any(:deploymentIds) and deployment.id = valid.deployment_id
  ), keyed as (
    insert into idempotency_key (principal, account_id, mutation, key, fingerprint, result_type, result_id)
    select principal, key_account, mutation, key, fingerprint, 'Command', id from valid where principal is not null
  ), published as (
    insert into stream_event (
      stream_id, sequence, id, account_id, type, summary, subject_type, subject_id, changes_entitlements, data, at
    )
    select deployment_id, queue_position, event_id, account_id, 'command.queued', type || ' was queued.', 'Command', id, false,
      jsonb_build_object('status', 'QUEUED', 'previousStatus', null, 'detail', null), now()
    from valid
  )
  insert into command (
    id, account_id, deployment_id, deployment_hash, type, app_code, priority, queue_position, parameters, parameters_sealed, status,
    timeout_seconds, expires_at, warnings, created_by_user_id, updated_at
  )
  select id, account_id, deployment_id, hash, type, app_code, priority, queue_position, parameters, sealed, 'QUEUED',
    timeout_seconds, now() + make_interval(secs => expires_in), '[]', user_id, clock_timestamp()
  from valid
  returning *
`)

/**
 * Claims the next command of each deployment, by priority and age, skipping locked rows. Events are written in the same statement, with
 * sequences from the deployments' rows. The statement verifies each agent's token under a lock of the agent's row. A rotation locks that
 * row as well: a claim that meets one waits for it and then reads the rotated row. The lock is the weakest that excludes rotations, so
 * that other writes of the row do not wait. Without a command, `eventId` and the columns of the command are null.
 */
export const claimCommands = statement<
  {
    deploymentIds: readonly string[]
    agentIds: readonly string[]
    tokenHashes: readonly string[]
    instances: readonly (string | null)[]
    eventIds: readonly string[]
    leaseMarginSeconds: number
  },
  CompleteCommandRow & {
    eventId: string | null
    sequence: number
    at: Date
    claimEventId: string
    isProven: boolean
    isStopped: boolean | null
    graceMs: number | null
  }
>(`
  with claim as materialized (
    select *
    from unnest(:deploymentIds::text[], :agentIds::text[], :tokenHashes::text[], :instances::text[], :eventIds::text[])
      as claim (deployment_id, agent_id, token_hash, instance, event_id)
  ), holder as materialized (
    select id, deployment_id, token_hash, previous_token_hash, previous_token_until from agent
    where id = any(:agentIds) order by id for key share
  ), retired as materialized (
    select retired_agent_token.agent_id, retired_agent_token.token_hash, retired_agent_token.accepted_until
    from holder, retired_agent_token
    where retired_agent_token.token_hash = any(:tokenHashes) and retired_agent_token.agent_id = holder.id
      and retired_agent_token.accepted_until > now()
    for key share of retired_agent_token
  ), proven as materialized (
    select claim.*,
      case when holder.token_hash <> claim.token_hash then greatest(
        case when holder.previous_token_hash = claim.token_hash then holder.previous_token_until end, retired.accepted_until
      ) end as accepted_until
    from claim
      join holder on holder.id = claim.agent_id and holder.deployment_id = claim.deployment_id
      left join retired on retired.agent_id = holder.id and retired.token_hash = claim.token_hash
    where holder.token_hash = claim.token_hash
      or (holder.previous_token_hash = claim.token_hash and holder.previous_token_until > now())
      or retired.token_hash is not null
  ), next as materialized (
    select proven.*, picked.id
    from proven, lateral (
      select id from command
      where command.deployment_id = proven.deployment_id and status = 'QUEUED' and (expires_at is null or expires_at > now())
      order by priority desc, queue_position, id limit 1 for update skip locked
    ) picked
  ), locked as materialized (
    select id from deployment
    where id = any(array(select deployment_id from next)) and status <> 'STOPPED' order by id for update
  ), leased as (
    update command
    set status = 'LEASED', attempt = attempt + 1, started_at = coalesce(started_at, now()), superseded_at = null,
      updated_at = clock_timestamp(), lease_until = now() + make_interval(secs => timeout_seconds + :leaseMarginSeconds),
      instance = next.instance
    from next join locked on locked.id = next.deployment_id
    where command.id = any(array(select id from next)) and command.id = next.id
    returning command.*, next.event_id
  ), numbered as (
    update deployment set version = version + 1 where id = any(array(select id from locked)) returning id, version
  ), published as (
    insert into stream_event (
      stream_id, sequence, id, account_id, type, summary, subject_type, subject_id, changes_entitlements, data, at
    )
    select numbered.id, numbered.version, leased.event_id, leased.account_id, 'command.leased',
      leased.type || ' was delivered to the agent.', 'Command', leased.id, false,
      jsonb_build_object('status', 'LEASED', 'previousStatus', 'QUEUED', 'detail', null), now()
    from leased join numbered on numbered.id = leased.deployment_id
  )
  select leased.*, numbered.version as sequence, now() as at, claim.event_id as claim_event_id,
    proven.agent_id is not null as is_proven,
    (
      select true from deployment where deployment.id = claim.deployment_id and deployment.status = 'STOPPED' limit 1
    ) as is_stopped,
    (extract(epoch from proven.accepted_until - now()) * 1000)::float8 as grace_ms
  from claim
    left join proven on proven.event_id = claim.event_id
    left join leased on leased.event_id = claim.event_id
    left join numbered on numbered.id = leased.deployment_id
`)

/**
 * Changes commands, stores their reports, and writes the events with the next sequences of the deployments. Each command is changed only
 * if it is unchanged since it was read. Rows are locked in one order everywhere: commands by ID, then deployments by ID. A poll that
 * arrived while the delivery was being recorded states that the command is not running, so `RUNNING` keeps that mark.
 */
export const transitionCommands = statement<
  {
    ids: readonly string[]
    statuses: readonly string[]
    attempts: readonly number[]
    nextStatuses: readonly string[]
    ends: readonly boolean[]
    results: readonly (string | null)[]
    errors: readonly (string | null)[]
    warnings: readonly (string | null)[]
    hasOutcomes: readonly boolean[]
    reportIds: readonly (string | null)[]
    bodies: readonly (Buffer | null)[]
    encodings: readonly (string | null)[]
    redeliveries: readonly number[]
    eventCounts: readonly number[]
    eventCommandIds: readonly string[]
    eventIds: readonly string[]
    eventTypes: readonly string[]
    eventSummaries: readonly string[]
    eventData: readonly string[]
    onlyBody: Buffer | null
    isQuick: boolean
    largeResult: Buffer | null
  },
  Pick<CommandRow, 'id' | 'leaseUntil' | 'finishedAt' | 'updatedAt' | 'warnings'> & { base: number; at: Date }
>(`
  with quick as materialized (
    select set_config(
      'synchronous_commit', case when :isQuick then 'off' else current_setting('synchronous_commit') end, true
    ) as mode
  ), item as materialized (
    select *
    from unnest(
      :ids::text[], :statuses::text[], :attempts::int[], :nextStatuses::text[], :ends::boolean[], :results::jsonb[], :errors::jsonb[],
      :warnings::jsonb[], :hasOutcomes::boolean[], :reportIds::text[], :bodies::bytea[], :encodings::text[], :redeliveries::int[],
      :eventCounts::int[]
    ) as item (
      id, was, attempt, status, ends, result, error, warnings, has_outcome, report_id, body, encoding, redelivery_count, events
    )
  ), held as materialized (
    select id, deployment_id from command where id = any(:ids) order by id for update
  ), locked as materialized (
    select id from deployment where id = any(array(select deployment_id from held)) order by id for update
  ), moved as (
    -- The time is taken under the lock of the deployment, so that a later commit has a later time.
    update command
    set status = item.status,
      superseded_at = case when item.status = 'RUNNING' then superseded_at end,
      lease_until = case when item.status in ('LEASED', 'RUNNING') then lease_until end,
      instance = case when item.status = 'QUEUED' then null else instance end,
      finished_at = case when item.ends then now() end,
      updated_at = clock_timestamp(),
      parameters_sealed = case when not item.ends then parameters_sealed end,
      result = coalesce(item.result, convert_from(:largeResult::bytea, 'UTF8')::jsonb, command.result),
      error = case when item.has_outcome then item.error else command.error end,
      warnings = command.warnings || coalesce(item.warnings, '[]'),
      report_id = coalesce(item.report_id, command.report_id),
      redelivery_count = command.redelivery_count + item.redelivery_count
    from item, held, locked
    where command.id = any(:ids) and command.id = item.id and held.id = item.id and locked.id = held.deployment_id
      and command.status = item.was and command.attempt = item.attempt
    returning command.id, command.account_id, command.deployment_id, command.lease_until, command.finished_at, command.updated_at,
      command.warnings, item.events
  ), stored as (
    insert into command_report (id, account_id, command_id, body, encoding)
    select item.report_id, moved.account_id, moved.id, coalesce(item.body, :onlyBody::bytea), item.encoding
    from moved join item on item.id = moved.id
    where item.report_id is not null
  ), numbered as (
    update deployment set version = deployment.version + moved.events
    from (select deployment_id, sum(events)::int as events from moved group by deployment_id) moved
    where deployment.id = moved.deployment_id
    returning deployment.id, deployment.version - moved.events as base
  ), published as (
    insert into stream_event (
      stream_id, sequence, id, account_id, type, summary, subject_type, subject_id, changes_entitlements, data, at
    )
    select numbered.id, numbered.base + row_number() over (partition by numbered.id order by event.number), event.id,
      moved.account_id, event.type, event.summary, 'Command', moved.id, false, event.data, now()
    from unnest(:eventCommandIds::text[], :eventIds::text[], :eventTypes::text[], :eventSummaries::text[], :eventData::jsonb[])
        with ordinality as event (command_id, id, type, summary, data, number)
      join moved on moved.id = event.command_id
      join numbered on numbered.id = moved.deployment_id
  )
  select moved.id, moved.lease_until, moved.finished_at, moved.updated_at, moved.warnings, numbered.base, now() as at
  from quick cross join moved join numbered on numbered.id = moved.deployment_id
`)
