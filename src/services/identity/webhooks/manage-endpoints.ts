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
    const counted = await transaction.row<{ endpoints: number }>(
      `select count(*) as endpoints from webhook_endpoint where account_id is not distinct from $1`,
      [accountId],
    )
    if (counted!.endpoints >= MAX_ENDPOINTS)
      throw new AppError('CONFLICT', `The limit of ${MAX_ENDPOINTS} webhook endpoints is reached. Delete one first.`)
    return transaction.row<WebhookEndpointRow>(
      `insert into webhook_endpoint (id, account_id, url, types, description, secret, created_by) values ($1, $2, $3, $4, $5, $6, $7) returning *`,
      [
        id,
        accountId,
        url,
        types,
        description,
        context.secrets.seal(secret, secretPurpose(id)),
        context.caller.principal,
      ],
    )
  }).catch((error: unknown) => {
    if (violatedConstraint(error) !== 'webhook_endpoint_once') throw error
    throw new AppError('CONFLICT', 'A webhook endpoint with this URL already exists.', { details: { field: 'url' } })
  })
  return { endpoint: endpoint!, secret }
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
  return audited(context, accountId, 'webhook_endpoint.update', id, async (transaction) => {
    const updated = await transaction.row<WebhookEndpointRow>(
      `update webhook_endpoint set types = coalesce($2, types), enabled = coalesce($3, enabled),
         disabled_reason = case when $3 is null then disabled_reason when $3 then null else 'It was switched off.' end,
         failing_since = case when $3 then null else failing_since end
       where id = $1 returning *`,
      [id, types, request.enabled ?? null],
    )
    if (request.enabled)
      await transaction.run(
        `update webhook_delivery set available_at = now(), attempts = 0 where endpoint_id = $1 and state = 'PENDING' and lease_token is null`,
        [id],
      )
    transaction.announce(WEBHOOK_TOPIC)
    return updated!
  })
}

/** Deletes an endpoint, and with it what was sent to it. */
export async function deleteWebhookEndpoint(context: IdentityContext, id: string): Promise<WebhookEndpointRow> {
  const endpoint = await requireEndpoint(context, id)
  await audited(context, endpoint.accountId, 'webhook_endpoint.delete', id, (transaction) =>
    transaction.run(`delete from webhook_endpoint where id = $1`, [id]),
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
    transaction.row<WebhookEndpointRow>(
      `update webhook_endpoint set previous_secret = secret, previous_until = now() + make_interval(secs => $3), secret = $2 where id = $1 returning *`,
      [id, context.secrets.seal(secret, secretPurpose(id)), overlapSeconds],
    ),
  )
  return { endpoint: endpoint!, secret }
}

/** Sends an event that says hello. */
export async function testWebhookEndpoint(context: IdentityContext, id: string): Promise<WebhookDeliveryRow> {
  return writeTestDelivery(context, await requireEndpoint(context, id))
}

/** Sends an event again, whatever became of it: under the same id, by which a receiver knows what it has. */
export async function replayDelivery(context: IdentityContext, id: string): Promise<WebhookDeliveryRow> {
  const { delivery, endpoint } = await requireDelivery(context, id)
  return audited(context, endpoint.accountId, 'webhook_delivery.replay', id, async (transaction) => {
    const replayed = await transaction.row<WebhookDeliveryRow>(
      `update webhook_delivery set state = 'PENDING', attempts = 0, available_at = now(), last_error = null, delivered_at = null,
         lease_token = null, lease_until = null
       where id = $1 returning *`,
      [delivery.id],
    )
    transaction.announce(WEBHOOK_TOPIC)
    return replayed!
  })
}

/** Does it and writes down who did, under the account's lock where there is one. */
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
