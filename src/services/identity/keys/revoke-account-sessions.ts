import { sql } from 'kysely'
import type { AccountRow } from '#entities/identity/account.entity.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import { mayOperate, requireAccount, requireManagedAccount } from '../model/guard.js'
import type { IdentityContext } from '../model/caller.js'
import { KEYS_TOPIC } from '../tokens/service-keys.js'
import { createsSessions } from './account-sessions.js'

/**
 * Revokes the sessions of an account immediately, on every server. A service key revokes those that it created; owners, admins and operators
 * revoke all. Repeated calls have no effect.
 */
export async function revokeAccountSessions(
  context: IdentityContext,
  { accountId: reference }: { readonly accountId: string },
): Promise<AccountRow> {
  const isApplication = createsSessions(context) && !mayOperate(context, 'ops:write')
  const account = isApplication
    ? await requireAccount(context, reference, 'account:read')
    : (await requireManagedAccount(context, reference, 'keys:manage', 'ops:write')).account
  await context.database.transaction(async (transaction) => {
    const revoked = await transaction.query
      .updateTable('service_key')
      .set({ revokedAt: sql`now()` })
      .where('accountId', '=', account.id)
      .where('permissions', 'is not', null)
      .where('revokedAt', 'is', null)
      .where('expiresAt', '>', sql<Date>`now()`)
      .$if(isApplication, (query) => query.where('createdBy', '=', context.caller.principal))
      .returning('id')
      .execute()
    if (revoked.length === 0) return
    transaction.announce(KEYS_TOPIC)
    await recordChange(transaction, {
      accountId: account.id,
      actor: context.caller.principal,
      action: 'sessions.revoked',
      object: account.id,
      details: { count: revoked.length },
    })
  })
  return account
}
