import { isOneLine } from '#services/kernel/text/one-line.js'
import { violatedConstraint } from '#services/kernel/database/database.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { newWebhookSecret, secretPurpose } from '#services/kernel/outbound-webhooks/sign-webhook.js'
import { validateEventTypes } from '#services/kernel/events/event-filter.js'
import { validateEndpointUrl } from '#services/kernel/outbound-webhooks/validate-endpoint.js'
import type { IdentityContext } from '../caller.js'
import { ownerOfEndpoint } from './endpoint-access.js'
import { type EndpointWithSecret, changeEndpoint } from './change-endpoint.js'

const MAX_ENDPOINTS = 20

const MAX_DESCRIPTION = 200

export interface EndpointRequest {
  /** ID or reference. Default: the caller's current account. */
  readonly accountId?: string | null
  /** For operators: the events of the whole installation. */
  readonly allAccounts?: boolean | null
  readonly url: string
  readonly types: readonly string[]
  readonly description?: string | null
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
  const id = context.database.newId('whe')
  const secret = newWebhookSecret()
  const endpoint = await changeEndpoint(context, accountId, 'webhook_endpoint.create', id, async (transaction) => {
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
