import { sql } from 'kysely'
import type { ServiceKeyRow } from '#entities/identity/service-key.entity.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { requireSignedIn } from '../guard/guard.js'
import type { IdentityContext } from '../caller.js'
import { findServiceKey, KEYS_TOPIC } from '../tokens/service-keys.js'
import { maySeeKey } from './visible-api-key.js'

/** Revokes a key immediately, on every server. Repeated calls have no effect. */
export async function revokeApiKey(
  context: IdentityContext,
  { apiKeyId: id }: { readonly apiKeyId: string },
): Promise<ServiceKeyRow> {
  requireSignedIn(context)
  const known = await findServiceKey(context.database, id)
  if (!known || !(await maySeeKey(context, known, 'account:read')))
    throw new AppError('NOT_FOUND', 'API key not found.')
  if (!(await maySeeKey(context, known, 'keys:manage')))
    throw new AppError('FORBIDDEN', 'Only owners and admins of the account can revoke its keys.')
  return context.database.transaction(async (transaction) => {
    const revoked = await transaction.query
      .updateTable('service_key')
      .set({ revokedAt: sql`now()` })
      .where('id', '=', id)
      .where('revokedAt', 'is', null)
      .returningAll()
      .executeTakeFirst()
    if (!revoked) return (await findServiceKey(transaction, id))!
    transaction.announce(KEYS_TOPIC)
    await recordChange(transaction, {
      accountId: revoked.accountId,
      actor: context.caller.principal,
      action: 'key.revoked',
      object: id,
      details: { name: revoked.name },
    })
    return revoked
  })
}
