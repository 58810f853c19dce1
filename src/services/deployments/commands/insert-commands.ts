import { PRIORITY_RANK, type CommandPriority, type CommandRow } from '#entities/deployments/command.entity.js'
import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { IdempotencyScope } from '#services/kernel/idempotency/idempotency.js'
import { newId } from '#services/kernel/ids/ids.js'
import type { SecretBox } from '#services/kernel/secrets/secret-box.js'
import type { CommandRequest } from './command-request.js'
import type { CachedDeployment } from './deployment-cache.js'
import type { TransitionedCommand } from './transition-commands.js'
import { sealParameters } from './secret-parameters.js'

/** A decided command for one deployment. */
export interface CommandToInsert {
  readonly deployment: Pick<CachedDeployment, 'id' | 'appsMark'>
  readonly command: CommandRequest
  readonly priority: CommandPriority
  readonly timeoutSeconds: number
  readonly expiresInSeconds: number
  readonly userId: string | null
  /** The idempotency key that is taken by the same statement; null: it was taken before. */
  readonly once: { readonly scope: IdempotencyScope; readonly fingerprint: string } | null
}

/**
 * One statement for many commands: their deployments' next numbers, the idempotency keys, the commands at their places in the queues, and
 * the events. What was decided from a deployment that has other applications by now, or is stopped, is not written; a key that is
 * taken fails the whole.
 */
const QUEUE = `with item as materialized (
    select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::jsonb[], $8::text[], $9::int[], $10::int[], $11::text[],
        $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[]) with ordinality
      as item (deployment_id, apps_mark, id, type, app_code, priority, parameters, sealed, timeout_seconds, expires_in, user_id,
        event_id, principal, key_account, mutation, key, fingerprint, number)
  ), spot as materialized (
    select id, hash, account_id, version, status, md5(apps::text) as apps_mark from deployment
    where id = any($1) order by id for update
  ), good as materialized (
    select item.*, spot.hash, spot.account_id, spot.version + row_number() over (partition by item.deployment_id order by item.number) as queue_position
    from item join spot on spot.id = item.deployment_id and spot.status <> 'STOPPED' and spot.apps_mark = item.apps_mark
  ), taken as (
    update deployment set version = deployment.version + good.count
    from (select deployment_id, count(*) as count from good group by deployment_id) good
    where deployment.id = any($1) and deployment.id = good.deployment_id
  ), keyed as (
    insert into idempotency_key (principal, account_id, mutation, key, fingerprint, result_type, result_id)
    select principal, key_account, mutation, key, fingerprint, 'Command', id from good where principal is not null
  ), told as (
    insert into stream_event (stream_id, sequence, id, account_id, type, summary, subject_type, subject_id, changes_entitlements, data, at)
    select deployment_id, queue_position, event_id, account_id, 'command.queued', type || ' was queued.', 'Command', id, false,
      jsonb_build_object('status', 'QUEUED', 'previousStatus', null, 'detail', null), now()
    from good
  )
  insert into command (id, account_id, deployment_id, deployment_hash, type, app_code, priority, queue_position, parameters, parameters_sealed, status, timeout_seconds, expires_at, warnings, created_by_user_id)
  select id, account_id, deployment_id, hash, type, app_code, priority, queue_position, parameters, sealed, 'QUEUED', timeout_seconds, now() + make_interval(secs => expires_in), '[]', user_id
  from good returning *`

/** Puts commands in their queues; null in the place of each whose deployment is not what it was known as, or is stopped. */
export async function insertCommands(
  sql: Sql,
  secrets: SecretBox,
  requested: readonly CommandToInsert[],
): Promise<(TransitionedCommand | null)[]> {
  const made = requested.map((item) => {
    const id = newId('cmd')
    return { ...item, id, eventId: newId('evt'), ...sealParameters(secrets, id, item.command) }
  })
  const rows = await sql.rows<CommandRow>(QUEUE, [
    made.map(({ deployment }) => deployment.id),
    made.map(({ deployment }) => deployment.appsMark),
    made.map(({ id }) => id),
    made.map(({ command }) => command.type),
    made.map(({ command }) => command.appCode),
    made.map(({ priority }) => PRIORITY_RANK[priority]),
    made.map(({ shown }) => JSON.stringify(shown)),
    made.map(({ sealed }) => sealed),
    made.map(({ timeoutSeconds }) => timeoutSeconds),
    made.map(({ expiresInSeconds }) => expiresInSeconds),
    made.map(({ userId }) => userId),
    made.map(({ eventId }) => eventId),
    made.map(({ once }) => once?.scope.principal ?? null),
    made.map(({ once }) => once?.scope.accountId ?? null),
    made.map(({ once }) => once?.scope.mutation ?? null),
    made.map(({ once }) => once?.scope.key ?? null),
    made.map(({ once }) => once?.fingerprint ?? null),
  ])
  const byId = new Map(rows.map((row) => [row.id, row]))
  return made.map(({ id, eventId }) => {
    const command = byId.get(id)
    return command ? { command, events: [toEvent(command, eventId)] } : null
  })
}

const toEvent = (command: CommandRow, id: string): StreamEventRow => ({
  streamId: command.deploymentId,
  sequence: command.queuePosition,
  id,
  accountId: command.accountId,
  type: 'command.queued',
  summary: `${command.type} was queued.`,
  subjectType: 'Command',
  subjectId: command.id,
  changesEntitlements: false,
  data: { status: 'QUEUED', previousStatus: null, detail: null },
  at: command.createdAt,
  recordedAt: command.createdAt,
})
