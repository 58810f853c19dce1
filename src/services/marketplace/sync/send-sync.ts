import { sql } from 'kysely'
import type { SyncMessageRow } from '#entities/marketplace/sync-message.entity.js'
import { startClaimLoop, type ClaimLoop } from '#services/kernel/claim-loop/claim-loop.js'
import { leasedRows } from '#services/kernel/claim-loop/leased-rows.js'
import { recordAttempt } from '#services/kernel/claim-loop/record-attempt.js'
import { nextAttemptAt } from '#services/kernel/outbound-webhooks/retry-schedule.js'
import { UpstreamError } from '#services/kernel/outbound/upstream.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import type { UserService } from '#services/identity/user-service/user-service.js'
import { SYNC_TOPIC } from './queue-sync.js'

/**
 * Sends queued messages to the User Service: in order per template, at least once, for three days. Only 200 and 201 are
 * success.
 */
export function startSyncSender(context: IdentityContext, service: UserService): ClaimLoop {
  return startClaimLoop<SyncMessageRow>({
    name: 'sync',
    context,
    concurrency: 4,
    ...leasedRows(context.database, 'sync', {
      order: ['id'],
      only: () => sql<boolean>`not exists (
        select 1 from template_sync_message earlier
        where earlier.template_id = template_sync_message.template_id and earlier.state = 'PENDING' and earlier.id < template_sync_message.id
      )`,
    }),
    work: (message, token) => send(context, service, message, token),
  })
}

async function send(
  context: IdentityContext,
  service: UserService,
  message: SyncMessageRow,
  token: string,
): Promise<void> {
  // An outdated message would overwrite a later one.
  if (await isSuperseded(context, message)) return finish(context, message, token, { state: 'SUPERSEDED' })
  const { statusCode, lastError: reason } = await attempt(service, message)
  if (reason === null) return finish(context, message, token, { state: 'SENT', statusCode })
  const wait = nextAttemptAt(message.attempts, null, context.random.next())
  const state = wait === null ? 'DEAD' : 'PENDING'
  context.log[wait === null ? 'error' : 'warn'](
    { message: message.id, template: message.templateId, action: message.action, reason, state },
    'sending a template to the User Service failed',
  )
  return finish(context, message, token, { state, statusCode, lastError: reason, wait: wait ?? 0 })
}

async function attempt(
  service: UserService,
  message: SyncMessageRow,
): Promise<{ statusCode: number | null; lastError: string | null }> {
  try {
    const statusCode = await service.sync(message.body)
    return { statusCode, lastError: statusCode === 200 || statusCode === 201 ? null : `answered ${statusCode}` }
  } catch (error) {
    if (error instanceof UpstreamError) return { statusCode: null, lastError: error.message }
    throw error
  }
}

async function isSuperseded(context: IdentityContext, message: SyncMessageRow): Promise<boolean> {
  const later = await context.database.query
    .selectFrom('template_sync_message')
    .select('id')
    .where('templateId', '=', message.templateId)
    .where('id', '>', message.id)
    .where('state', '=', 'SENT')
    .limit(1)
    .executeTakeFirst()
  return later !== undefined
}

interface Outcome {
  readonly state: SyncMessageRow['state']
  readonly statusCode?: number | null
  readonly lastError?: string | null
  readonly wait?: number
}

async function finish(
  context: IdentityContext,
  message: SyncMessageRow,
  token: string,
  { state, statusCode = null, lastError = null, wait = 0 }: Outcome,
): Promise<void> {
  await recordAttempt(context.database, 'sync', {
    row: { id: message.id },
    token,
    values: { state, lastStatusCode: statusCode, lastError, sentAt: state === 'SENT' ? sql`now()` : null },
    waitSeconds: wait,
  })
  context.metrics.templateSyncMessages.inc({ outcome: state === 'PENDING' ? 'retrying' : state.toLowerCase() })
  // The next one of this template waited for this.
  if (state !== 'PENDING') context.notifier.notify([SYNC_TOPIC])
}
