import { sql } from 'kysely'
import type { PolicyRow } from '#entities/identity/policy.entity.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { IdentityContext } from '../caller.js'
import { requirePolicyPermission, editPolicies } from './edit-policies.js'

/** Removes a permission, immediately and on every server. The last one that allows editing policies stays. */
export async function removePolicy(context: IdentityContext, id: string): Promise<PolicyRow> {
  requirePolicyPermission(context, 'write')
  return editPolicies(context, 'policy.remove', id, async (transaction) => {
    const row = await transaction.query
      .updateTable('policy')
      .set({ removedAt: sql`now()` })
      .where('id', '=', id)
      .where('removedAt', 'is', null)
      .returningAll()
      .executeTakeFirst()
    if (!row) throw new AppError('NOT_FOUND', 'Policy not found.')
    const editor = await transaction.query
      .selectFrom('policy')
      .select('id')
      .where('object', '=', 'policies')
      .where('action', '=', 'write')
      .where('removedAt', 'is', null)
      .limit(1)
      .executeTakeFirst()
    if (!editor)
      throw new AppError('CONFLICT', 'This policy cannot be removed: no role could edit policies without it.')
    return row
  })
}
