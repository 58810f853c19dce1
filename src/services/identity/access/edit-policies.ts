import { lockExclusively } from '#services/kernel/database/named-lock.sql.js'
import type { PolicyRow } from '#entities/identity/policy.entity.js'
import { recordAudit } from '#services/kernel/audit/audit.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { IdentityContext } from '../caller.js'
import { requireSignedIn, rolesAllow } from '../guard/guard.js'
import { POLICY_TOPIC } from './policy-store.js'

export function requirePolicyPermission(context: IdentityContext, action: 'read' | 'write'): void {
  requireSignedIn(context)
  if (!rolesAllow(context.caller, 'policies', action))
    throw new AppError('FORBIDDEN', `A role that can ${action} policies is required.`)
}

/**
 * Runs one edit at a time and records it in the audit log. Other processes are notified, and this one applies the edit
 * before it returns.
 */
export async function editPolicies(
  context: IdentityContext,
  action: string,
  object: string,
  act: (transaction: Transaction) => Promise<PolicyRow>,
): Promise<PolicyRow> {
  const row = await context.database.transaction(async (transaction) => {
    await transaction.rows(lockExclusively, { name: 'policies' })
    await recordAudit(transaction, { accountId: null, actor: context.caller.principal, action, object })
    transaction.announce(POLICY_TOPIC)
    return act(transaction)
  })
  await context.access.reload()
  return row
}
