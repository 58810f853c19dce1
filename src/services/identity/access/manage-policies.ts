import { lockExclusively } from '#services/kernel/database/named-lock.sql.js'
import { sql } from 'kysely'
import type { PolicyRow } from '#entities/identity/policy.entity.js'
import { recordAudit } from '#services/kernel/audit/audit.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { newId } from '#services/kernel/ids/ids.js'
import { ROLES, type IdentityContext, type Role } from '../caller.js'
import { requireSignedIn, rolesAllow } from '../guard/guard.js'
import { KNOWN_RULES } from './known-rules.js'
import { listPolicies, POLICY_TOPIC } from './policy-store.js'

function requirePolicyRight(context: IdentityContext, action: 'read' | 'write'): void {
  requireSignedIn(context)
  if (!rolesAllow(context.caller, 'policies', action))
    throw new AppError('FORBIDDEN', `A role that can ${action} policies is required.`)
}

/** All policies of the database. */
export function policies(context: IdentityContext): Promise<PolicyRow[]> {
  requirePolicyRight(context, 'read')
  return listPolicies(context.database)
}

/** Adds a permission of a role, immediately and on every server. Repeated calls have no effect. */
export async function addPolicy(
  context: IdentityContext,
  rule: Pick<PolicyRow, 'subject' | 'object' | 'action'>,
): Promise<PolicyRow> {
  requirePolicyRight(context, 'write')
  refuseOddRule(rule)
  const { subject, object, action } = rule
  return edit(context, 'policy.add', `${subject} ${object} ${action}`, (transaction) =>
    transaction.query
      .insertInto('policy')
      .values({ id: newId('pol'), subject, object, action })
      .onConflict((conflict) => conflict.constraint('policy_once').doUpdateSet({ removedAt: null }))
      .returningAll()
      .executeTakeFirstOrThrow(),
  )
}

/** Removes a permission, immediately and on every server. The last one that allows editing policies stays. */
export async function removePolicy(context: IdentityContext, id: string): Promise<PolicyRow> {
  requirePolicyRight(context, 'write')
  return edit(context, 'policy.remove', id, async (transaction) => {
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

/** A policy that is never checked would only appear to allow something. */
function refuseOddRule({ subject, object, action }: Pick<PolicyRow, 'subject' | 'object' | 'action'>): void {
  const refuse = (field: string, message: string): void => {
    throw new AppError('BAD_USER_INPUT', `${field}: ${message}`, { details: { field } })
  }
  if (!ROLES.includes(subject as Role)) refuse('subject', `expected a role: ${ROLES.join(', ')}.`)
  const actions = KNOWN_RULES.get(object)
  if (!actions) return refuse('object', `must be one of ${[...KNOWN_RULES.keys()].join(', ')}.`)
  if (!actions.includes(action)) refuse('action', `must be one of ${actions.join(', ')} for ${object}.`)
}

/**
 * Runs one edit at a time and records it in the audit log. Other processes are notified, and this one applies the edit
 * before it returns.
 */
async function edit(
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
