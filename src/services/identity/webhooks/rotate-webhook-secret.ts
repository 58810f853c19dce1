import type { RotateWebhookSecretArgs } from '#schema/identity/change-webhook-endpoint.type.js'
import { sql } from 'kysely'
import { refused } from '#services/kernel/denials/denial.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { newWebhookSecret, secretPurpose } from '#services/kernel/outbound-webhooks/sign-webhook.js'
import type { IdentityContext } from '../model/caller.js'
import { requireEndpoint } from './endpoint-access.js'
import { type EndpointWithSecret, changeEndpointOnce } from './change-endpoint.js'

const DEFAULT_OVERLAP = 24 * 3600
const MAX_OVERLAP = 7 * 24 * 3600

/**
 * Creates a new secret. The earlier one also signs until the overlap ends, so that receivers can switch without
 * rejecting events.
 */
export async function rotateWebhookSecret(
  context: IdentityContext,
  { webhookEndpointId: id, idempotencyKey, ...input }: RotateWebhookSecretArgs,
): Promise<EndpointWithSecret | Denied> {
  const { accountId } = await requireEndpoint(context, id)
  const overlapSeconds = input.overlapSeconds ?? DEFAULT_OVERLAP
  if (overlapSeconds < 0 || overlapSeconds > MAX_OVERLAP) {
    const message = `overlapSeconds must be between 0 and ${MAX_OVERLAP}.`
    return denied(refused('INVALID_PARAMETERS', message, { field: 'overlapSeconds' }))
  }
  const secret = newWebhookSecret()
  return changeEndpointOnce<EndpointWithSecret>(context, {
    mutation: 'rotateWebhookSecret',
    idempotencyKey,
    request: { id, overlapSeconds },
    change: { accountId, action: 'webhook_endpoint.rotate_secret', object: id },
    referenceOf: () => ({ __typename: 'WebhookEndpoint', id }),
    replay: () => Promise.resolve(endpointSecretAlreadyShown(id)),
    act: async (transaction) => {
      const endpoint = await transaction.query
        .updateTable('webhook_endpoint')
        .set((eb) => ({
          previousSecret: eb.ref('secret'),
          previousUntil: sql<Date>`now() + make_interval(secs => ${overlapSeconds})`,
          secret: context.secrets.seal(secret, secretPurpose(id)),
        }))
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirstOrThrow()
      return { endpoint, secret }
    },
  })
}

/** The denial of a repeated call that created a secret. */
export const endpointSecretAlreadyShown = (id: string): Denied =>
  denied(
    refused(
      'SECRET_ALREADY_SHOWN',
      `The secret of ${id} was shown by the first call. If it is lost, call rotateWebhookSecret with a new key.`,
      { field: 'idempotencyKey' },
    ),
  )
