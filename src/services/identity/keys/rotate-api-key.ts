import type { RotateApiKeyArgs } from '#schema/identity/change-api-key.type.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import { refused } from '#services/kernel/denials/denial.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied } from '#services/kernel/result/denied.js'
import { hashSecret, randomSecret } from '#services/kernel/secrets/secret-box.js'
import type { IdentityContext } from '../model/caller.js'
import { idempotencyScope } from '../idempotency-scope.js'
import { findServiceKey, KEYS_TOPIC, serviceToken } from '../tokens/service-keys.js'
import { secretAlreadyShown, type ApiKeyOutcome, type CreatedApiKey } from './create-api-key.js'
import { mayOperate, remedyFor } from '../model/guard.js'
import { scopeProblems } from './key-scopes.js'
import { requireApiKey } from './visible-api-key.js'

const DEFAULT_OVERLAP = 24 * 3600
const MAX_OVERLAP = 7 * 24 * 3600

/**
 * Replaces the secret of a key, which keeps its ID, scopes and expiry. The earlier secret is accepted until the overlap
 * ends.
 */
export async function rotateApiKey(
  context: IdentityContext,
  { apiKeyId: id, idempotencyKey, ...input }: RotateApiKeyArgs,
): Promise<ApiKeyOutcome> {
  const { accountId, name, scopes } = await requireApiKey(context, id)
  requireOwnScopes(context, scopes)
  const overlapSeconds = input.overlapSeconds ?? DEFAULT_OVERLAP
  if (overlapSeconds < 0 || overlapSeconds > MAX_OVERLAP) {
    const message = `overlapSeconds must be between 0 and ${MAX_OVERLAP}.`
    return denied(refused('INVALID_PARAMETERS', message, { field: 'overlapSeconds' }))
  }
  const { principal } = context.caller
  const secret = randomSecret()
  return runIdempotent<CreatedApiKey>(context.database, {
    scope: idempotencyScope(context.caller, accountId ?? '', 'rotateApiKey', idempotencyKey),
    request: { id, overlapSeconds },
    // A secret is returned only once.
    replay: () => Promise.resolve(secretAlreadyShown(id)),
    execute: async (transaction) => {
      const now = context.timers.now()
      const key = await transaction.query
        .updateTable('service_key')
        .set((eb) => ({
          previousSecretHash: eb.ref('secretHash'),
          previousUntil: new Date(now + overlapSeconds * 1000),
          secretHash: hashSecret(secret),
        }))
        .where('id', '=', id)
        .where('revokedAt', 'is', null)
        .where((eb) => eb.or([eb('expiresAt', 'is', null), eb('expiresAt', '>', new Date(now))]))
        .returningAll()
        .executeTakeFirst()
      if (!key) {
        const ended = (await findServiceKey(transaction, id))?.revokedAt ? 'was revoked' : 'has expired'
        return denied(refused('INVALID_TRANSITION', `The key ${ended}. Create a new one.`, { field: 'apiKeyId' }))
      }
      transaction.announce(KEYS_TOPIC)
      await recordChange(transaction, {
        accountId,
        actor: principal,
        action: 'key.rotated',
        object: id,
        details: { name, overlapSeconds },
      })
      const token = serviceToken(context.config.mode, key, secret)
      return { value: { kind: 'created', key, secret: token }, reference: { __typename: 'ApiKey', id } }
    },
  })
}

/** A secret has the scopes of its key, so a key with a scope of operators is rotated by operators alone. */
function requireOwnScopes(context: IdentityContext, scopes: readonly string[]): void {
  const { declared } = context
  const byOperator = mayOperate(context, 'ops:write')
  // An operator can have given a scope of a module that is absent now.
  const problem = scopeProblems(declared.scopes, scopes, { byOperator, forAccount: false }).find(
    ({ kind, index }) => kind === 'forbidden' || (!byOperator && index !== null),
  )
  if (problem) throw new AppError('FORBIDDEN', `${problem.message}${remedyFor(context.caller, 'ops:write')}`)
}
