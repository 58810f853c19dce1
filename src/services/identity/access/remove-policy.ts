import { sql } from 'kysely'
import type { PolicyRow } from '#entities/identity/policy.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { refused } from '#services/kernel/denials/denial.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import type { IdentityContext } from '../model/caller.js'
import { lockPolicies, recordPolicyEdit } from './edit-policies.js'

/** Removes a permission, immediately and on every server. The last one that allows editing policies stays. */
export async function removePolicy(
  context: IdentityContext,
  { policyId }: { readonly policyId: string },
): Promise<PolicyRow | Denied> {
  const outcome = await context.database.transaction<PolicyRow | Denied>(async (transaction) => {
    await lockPolicies(transaction)
    const present = await policies(transaction).where('id', '=', policyId).executeTakeFirst()
    if (!present) throw new AppError('NOT_FOUND', 'Policy not found.')
    const editor = await policies(transaction)
      .where('object', '=', 'policies')
      .where('action', '=', 'write')
      .where('id', '<>', policyId)
      .executeTakeFirst()
    if (!editor) {
      const message = 'This policy cannot be removed: no role could edit policies without it.'
      return denied(refused('INVALID_TRANSITION', message, { field: 'policyId' }))
    }
    await recordPolicyEdit(context, transaction, 'policy.remove', policyId)
    return transaction.query
      .updateTable('policy')
      .set({ removedAt: sql`now()` })
      .where('id', '=', policyId)
      .returningAll()
      .executeTakeFirstOrThrow()
  })
  await context.access.reload()
  return outcome
}

const policies = ({ query }: Transaction) =>
  query.selectFrom('policy').select('id').where('removedAt', 'is', null).limit(1)
