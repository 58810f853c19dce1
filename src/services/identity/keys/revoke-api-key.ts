import { sql } from 'kysely'
import type { ServiceKeyRow } from '#entities/identity/service-key.entity.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import type { IdentityContext } from '../model/caller.js'
import { findServiceKey, KEYS_TOPIC } from '../tokens/service-keys.js'
import { requireApiKey } from './visible-api-key.js'

/** Revokes a key and the account sessions that it created immediately, on every server. Repeated calls have no effect. */
export async function revokeApiKey(
  context: IdentityContext,
  { apiKeyId: id }: { readonly apiKeyId: string },
): Promise<ServiceKeyRow> {
  await requireApiKey(context, id)
  return context.database.transaction(async (transaction) => {
    const revoked = await transaction.query
      .updateTable('service_key')
      .set({ revokedAt: sql`now()` })
      .where('id', '=', id)
      .where('revokedAt', 'is', null)
      .returningAll()
      .executeTakeFirst()
    if (!revoked) return (await findServiceKey(transaction, id))!
    await transaction.query
      .updateTable('service_key')
      .set({ revokedAt: revoked.revokedAt })
      .where('createdBy', '=', id)
      .where('permissions', 'is not', null)
      .where('revokedAt', 'is', null)
      .execute()
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
