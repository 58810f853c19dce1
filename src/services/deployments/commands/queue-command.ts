import type { CommandRow } from '../../../entities/deployments/command.entity.js'
import { PRIORITY_RANK, type CommandPriority } from '../../../entities/deployments/command.entity.js'
import type { DeploymentRow } from '../../../entities/deployments/deployment.entity.js'
import type { IdempotencyScope } from '../../kernel/idempotency/idempotency.js'
import { newId } from '../../kernel/ids/ids.js'
import type { IdentityContext } from '../../identity/caller.js'
import type { CommandRequest } from './command-request.js'
import type { MoveTarget } from './move-command.js'
import { queueTopic } from './queue-topic.js'
import { sealParameters } from './secret-parameters.js'

/** A command that was decided on, for one deployment. */
export interface QueuedCommand {
  readonly command: CommandRequest
  readonly priority: CommandPriority
  readonly timeoutSeconds: number
  readonly expiresInSeconds: number
}

/**
 * One statement: the deployment's next number, the idempotency key, the command at that place in the queue, and the event. It writes
 * nothing when the deployment is stopped, and fails as a whole when the key is taken.
 */
const QUEUE = `with place as (
    update deployment set version = version + 1 where id = $1 and status <> 'STOPPED' returning id, hash, account_id, version
  ), key as (
    insert into idempotency_key (principal, account_id, mutation, key, fingerprint, result_type, result_id)
    select $11::text, $12::text, $13::text, $14::text, $15::text, 'Command', $2::text from place where $11 is not null
  ), queued as (
    insert into command (id, account_id, deployment_id, deployment_hash, type, app_code, priority, place, parameters, parameters_sealed, status, timeout_seconds, expires_at, warnings, created_by_user_id)
    select $2::text, account_id, id, hash, $3::text, $4::text, $5::int, version, $6::jsonb, $16::text, 'QUEUED', $7::int, now() + make_interval(secs => $8), '[]', $9::text
    from place returning *
  ), told as (
    insert into stream_event (stream_id, sequence, id, account_id, type, summary, subject_type, subject_id, changes_rights, data, at)
    select id, version, $10::text, account_id, 'command.queued', $3 || ' was queued.', 'Command', $2, false,
      jsonb_build_object('status', 'QUEUED', 'previousStatus', null, 'detail', null), now()
    from place
  )
  select * from queued`

/** Puts a command in the queue; null when the deployment is stopped. With `once`, the idempotency key is taken by the same statement. */
export async function queueCommand(
  context: Pick<IdentityContext, 'news' | 'metrics' | 'secrets' | 'caller'>,
  sql: MoveTarget,
  deployment: Pick<DeploymentRow, 'id'>,
  { command, priority, timeoutSeconds, expiresInSeconds }: QueuedCommand,
  once?: { readonly scope: IdempotencyScope; readonly fingerprint: string },
): Promise<CommandRow | null> {
  const id = newId('cmd')
  const { shown, sealed } = sealParameters(context.secrets, id, command)
  const queued = await sql.row<CommandRow>(QUEUE, [
    deployment.id,
    id,
    command.type,
    command.appCode,
    PRIORITY_RANK[priority],
    JSON.stringify(shown),
    timeoutSeconds,
    expiresInSeconds,
    context.caller.kind === 'user' ? context.caller.userId : null,
    newId('evt'),
    once?.scope.principal ?? null,
    once?.scope.accountId ?? null,
    once?.scope.mutation ?? null,
    once?.scope.key ?? null,
    once?.fingerprint ?? null,
    sealed,
  ])
  if (!queued) return null
  const topics = [deployment.id, queueTopic(deployment.id)]
  if (sql.announce) topics.forEach((topic) => sql.announce!(topic))
  else context.news.announce(topics)
  context.metrics.commands.inc({ type: command.type, status: 'QUEUED' })
  return queued
}
