import { sql } from 'kysely'
import { isOneLine } from '#services/kernel/text/one-line.js'
import type { WebhookDeliveryRow } from '#entities/kernel/webhook-delivery.entity.js'
import type { WebhookEndpointRow } from '#entities/kernel/webhook-endpoint.entity.js'
import { recordAudit } from '#services/kernel/audit/audit.js'
import { violatedConstraint, type Transaction } from '#services/kernel/database/database.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { newId } from '#services/kernel/ids/ids.js'
import { WEBHOOK_TOPIC } from '#services/kernel/outbound-webhooks/fan-out.js'
import { newWebhookSecret, secretPurpose } from '#services/kernel/outbound-webhooks/sign-webhook.js'
import { validateEventTypes, validateEndpointUrl } from '#services/kernel/outbound-webhooks/validate-endpoint.js'
import { writeTestDelivery } from '#services/kernel/outbound-webhooks/test-delivery.js'
import { lockAccount } from '../accounts/account-version.js'
import type { IdentityContext } from '../caller.js'
import { ownerOfEndpoint, requireDelivery, requireEndpoint } from './endpoint-access.js'

const MAX_ENDPOINTS = 20
const MAX_DESCRIPTION = 200
const MAX_OVERLAP = 7 * 24 * 3600

export interface EndpointRequest {
  /** ID or reference. Default: the caller's current account. */
  readonly accountId?: string | null
  /** For operators: the events of the whole installation. */
  readonly allAccounts?: boolean | null
  readonly url: string
  readonly types: readonly string[]
  readonly description?: string | null
}

/** An endpoint and its secret, which is shown this once. */
export interface EndpointWithSecret {
  readonly endpoint: WebhookEndpointRow
  readonly secret: string
}

/** Creates an endpoint. URLs are unique per account, so that a repeated call does not cause duplicate deliveries. */
export async function createWebhookEndpoint(
  context: IdentityContext,
  request: EndpointRequest,
): Promise<EndpointWithSecret> {
  const accountId = await ownerOfEndpoint(context, request)
  const url = validateEndpointUrl(context.config, accountId, request.url)
  const types = validateEventTypes(request.types)
  const description = request.description ?? null
  if (description !== null && (description.length > MAX_DESCRIPTION || !isOneLine(description)))
    throw new AppError(
      'BAD_USER_INPUT',
      `description must be a single line of at most ${MAX_DESCRIPTION} characters.`,
      {
        details: { field: 'description' },
      },
    )
  const id = newId('whe')
  const secret = newWebhookSecret()
  const endpoint = await audited(context, accountId, 'webhook_endpoint.create', id, async (transaction) => {
    const { endpoints } = await transaction.query
      .selectFrom('webhook_endpoint')
      .select(({ fn }) => fn.countAll<number>().as('endpoints'))
      .where('accountId', 'is not distinct from', accountId)
      .executeTakeFirstOrThrow()
    if (endpoints >= MAX_ENDPOINTS)
      throw new AppError('CONFLICT', `The limit of ${MAX_ENDPOINTS} webhook endpoints is reached. Delete one first.`)
    return transaction.query
      .insertInto('webhook_endpoint')
      .values({
        id,
        accountId,
        url,
        types,
        description,
        secret: context.secrets.seal(secret, secretPurpose(id)),
        createdBy: context.caller.principal,
      })
      .returningAll()
      .executeTakeFirstOrThrow()
  }).catch((error: unknown) => {
    if (violatedConstraint(error) !== 'webhook_endpoint_once') throw error
    throw new AppError('CONFLICT', 'A webhook endpoint with this URL already exists.', { details: { field: 'url' } })
  })
  return { endpoint, secret }
}

/**
 * Enables or disables an endpoint, or changes its event types. Pending deliveries are sent after it is enabled again.
 */
export async function updateWebhookEndpoint(
  context: IdentityContext,
  request: { readonly id: string; readonly enabled?: boolean | null; readonly types?: readonly string[] | null },
): Promise<WebhookEndpointRow> {
  const { id, accountId } = await requireEndpoint(context, request.id)
  const types = request.types ? validateEventTypes(request.types) : null
  const { enabled } = request
  return audited(context, accountId, 'webhook_endpoint.update', id, async (transaction) => {
    const updated = await transaction.query
      .updateTable('webhook_endpoint')
      .set((eb) => ({
        types: types ?? eb.ref('types'),
        ...(enabled == null ? {} : { enabled, disabledReason: enabled ? null : 'It was switched off.' }),
        ...(enabled ? { failingSince: null } : {}),
      }))
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
    if (enabled)
      await transaction.query
        .updateTable('webhook_delivery')
        .set({ availableAt: sql`now()`, attempts: 0 })
        .where('endpointId', '=', id)
        .where('state', '=', 'PENDING')
        .where('leaseToken', 'is', null)
        .execute()
    transaction.announce(WEBHOOK_TOPIC)
    return updated
  })
}

/** Deletes an endpoint and its deliveries. */
export async function deleteWebhookEndpoint(context: IdentityContext, id: string): Promise<WebhookEndpointRow> {
  const endpoint = await requireEndpoint(context, id)
  await audited(context, endpoint.accountId, 'webhook_endpoint.delete', id, (transaction) =>
    transaction.query.deleteFrom('webhook_endpoint').where('id', '=', id).execute(),
  )
  return endpoint
}

/**
 * Creates a new secret. The earlier one also signs until the overlap ends, so that receivers can switch without
 * rejecting events.
 */
export async function rotateWebhookSecret(
  context: IdentityContext,
  id: string,
  overlapSeconds: number,
): Promise<EndpointWithSecret> {
  if (overlapSeconds < 0 || overlapSeconds > MAX_OVERLAP)
    throw new AppError('BAD_USER_INPUT', `overlapSeconds: between 0 and ${MAX_OVERLAP}.`, {
      details: { field: 'overlapSeconds' },
    })
  const { accountId } = await requireEndpoint(context, id)
  const secret = newWebhookSecret()
  const endpoint = await audited(context, accountId, 'webhook_endpoint.rotate_secret', id, (transaction) =>
    transaction.query
      .updateTable('webhook_endpoint')
      .set((eb) => ({
        previousSecret: eb.ref('secret'),
        previousUntil: sql<Date>`now() + make_interval(secs => ${overlapSeconds})`,
        secret: context.secrets.seal(secret, secretPurpose(id)),
      }))
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow(),
  )
  return { endpoint, secret }
}

/** Sends a test event to an endpoint. */
export async function testWebhookEndpoint(context: IdentityContext, id: string): Promise<WebhookDeliveryRow> {
  return writeTestDelivery(context, await requireEndpoint(context, id))
}

/** Sends an event again in any state, with the same ID, so that receivers can detect the duplicate. */
export async function replayDelivery(context: IdentityContext, id: string): Promise<WebhookDeliveryRow> {
  const { delivery, endpoint } = await requireDelivery(context, id)
  return audited(context, endpoint.accountId, 'webhook_delivery.replay', id, async (transaction) => {
    const replayed = await transaction.query
      .updateTable('webhook_delivery')
      .set({
        state: 'PENDING',
        attempts: 0,
        availableAt: sql`now()`,
        lastError: null,
        deliveredAt: null,
        leaseToken: null,
        leaseUntil: null,
      })
      .where('id', '=', delivery.id)
      .returningAll()
      .executeTakeFirstOrThrow()
    transaction.announce(WEBHOOK_TOPIC)
    return replayed
  })
}

/** Runs a change and records it in the audit log, under the account lock if there is an account. */
function audited<Result>(
  context: IdentityContext,
  accountId: string | null,
  action: string,
  object: string,
  act: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  return context.database.transaction(async (transaction) => {
    if (accountId) await lockAccount(transaction, accountId)
    await recordAudit(transaction, { accountId, actor: context.caller.principal, action, object })
    return act(transaction)
  })
}
