import { lockExclusively } from '#services/kernel/database/named-lock.sql.js'
import { recordAudit } from '#services/kernel/audit/audit.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { IdentityContext } from '../model/caller.js'
import { remedyFor, requireSignedIn, rolesAllow } from '../model/guard.js'
import { POLICY_TOPIC } from './policy-store.js'

export function requirePolicyPermission(context: IdentityContext, action: 'read' | 'write'): void {
  requireSignedIn(context)
  if (!rolesAllow(context.caller, `policies:${action}`))
    throw new AppError(
      'FORBIDDEN',
      `Permission policies:${action} is required on the installation.${remedyFor(context.caller, `policies:${action}`)}`,
    )
}

/** Lets one edit of the policies run at a time. */
export const lockPolicies = (transaction: Transaction) => transaction.rows(lockExclusively, { name: 'policies' })

/** Records an edit in the audit log, one at a time, and notifies the other processes. */
export async function recordPolicyEdit(
  context: IdentityContext,
  transaction: Transaction,
  action: string,
  object: string,
): Promise<void> {
  await lockPolicies(transaction)
  await recordAudit(transaction, { accountId: null, actor: context.caller.principal, action, object })
  transaction.announce(POLICY_TOPIC)
}
