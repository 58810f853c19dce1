import type { CreateWebhookEndpointInput } from '#schema/identity/change-webhook-endpoint.type.js'
import type { WebhookEndpointRow } from '#entities/kernel/webhook-endpoint.entity.js'
import { violatedConstraint, type Transaction } from '#services/kernel/database/database.js'
import { refused, refusedInput } from '#services/kernel/denials/denial.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { newWebhookSecret, secretPurpose } from '#services/kernel/outbound-webhooks/sign-webhook.js'
import type { IdentityContext } from '../model/caller.js'
import { ownerIssues } from '../model/installation-access.js'
import { checkEndpoint } from './check-endpoint.js'
import { ownerOfEndpoint } from './endpoint-access.js'
import { type EndpointWithSecret, changeEndpointOnce } from './change-endpoint.js'
import { endpointSecretAlreadyShown } from './rotate-webhook-secret.js'

const MAX_ENDPOINTS = 20

/** Creates an endpoint. URLs are unique per account, so that no event is delivered twice to one receiver. */
export async function createWebhookEndpoint(
  context: IdentityContext,
  request: CreateWebhookEndpointInput,
): Promise<EndpointWithSecret | Denied> {
  const accountId = await ownerOfEndpoint(context, request, 'manage')
  const { url, types, description, issues } = checkEndpoint(context, accountId, request)
  const [issue, ...further] = [...ownerIssues(request), ...issues]
  if (issue || !url || !types) return denied(refusedInput([issue!, ...further]))
  const id = context.database.newId('whe')
  const secret = newWebhookSecret()
  const insert = (transaction: Transaction): Promise<WebhookEndpointRow> =>
    transaction.query
      .insertInto('webhook_endpoint')
      .values({
        id,
        accountId,
        url,
        types,
        description: description ?? null,
        secret: context.secrets.seal(secret, secretPurpose(id)),
        createdBy: context.caller.principal,
      })
      .returningAll()
      .executeTakeFirstOrThrow()
  return changeEndpointOnce<EndpointWithSecret>(context, {
    mutation: 'createWebhookEndpoint',
    idempotencyKey: request.idempotencyKey,
    request: { url, types, description },
    change: { accountId, action: 'webhook_endpoint.create', object: id },
    referenceOf: ({ endpoint }) => ({ __typename: 'WebhookEndpoint', id: endpoint.id }),
    replay: (_transaction, shown) => Promise.resolve(endpointSecretAlreadyShown(shown)),
    act: async (transaction) => {
      const { endpoints } = await transaction.query
        .selectFrom('webhook_endpoint')
        .select(({ fn }) => fn.countAll<number>().as('endpoints'))
        .where('accountId', 'is not distinct from', accountId)
        .where('deletedAt', 'is', null)
        .executeTakeFirstOrThrow()
      if (endpoints < MAX_ENDPOINTS) return { endpoint: await insert(transaction), secret }
      const message = `The limit of ${MAX_ENDPOINTS} webhook endpoints is reached. Delete one first.`
      return denied(refused('TOO_MANY_OBJECTS', message))
    },
  }).catch((error: unknown) => deniedIfUrlIsUsed(error))
}

/** The denial of a URL that the account already uses. Throws any other error again. */
export function deniedIfUrlIsUsed(error: unknown, field = 'url'): Denied {
  if (violatedConstraint(error) !== 'webhook_endpoint_once') throw error
  return denied(refused('INVALID_URL', 'A webhook endpoint with this URL already exists.', { field }))
}
