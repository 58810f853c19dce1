import { sql } from 'kysely'
import { AppError } from '#services/kernel/errors/app-error.js'
import { newWebhookSecret, secretPurpose } from '#services/kernel/outbound-webhooks/sign-webhook.js'
import type { IdentityContext } from '../caller.js'
import { requireEndpoint } from './endpoint-access.js'
import { type EndpointWithSecret, changeEndpoint } from './change-endpoint.js'

const MAX_OVERLAP = 7 * 24 * 3600

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
  const endpoint = await changeEndpoint(context, accountId, 'webhook_endpoint.rotate_secret', id, (transaction) =>
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
