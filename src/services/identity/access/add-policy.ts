import type { PolicyRow } from '#entities/identity/policy.entity.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { ROLES, type IdentityContext, type Role } from '../caller.js'
import { KNOWN_RULES } from './known-rules.js'
import { requirePolicyPermission, editPolicies } from './edit-policies.js'

/** Adds a permission of a role, immediately and on every server. Repeated calls have no effect. */
export async function addPolicy(
  context: IdentityContext,
  rule: Pick<PolicyRow, 'subject' | 'object' | 'action'>,
): Promise<PolicyRow> {
  requirePolicyPermission(context, 'write')
  refuseOddRule(rule)
  const { subject, object, action } = rule
  return editPolicies(context, 'policy.add', `${subject} ${object} ${action}`, (transaction) =>
    transaction.query
      .insertInto('policy')
      .values({ id: transaction.newId('pol'), subject, object, action })
      .onConflict((conflict) => conflict.constraint('policy_once').doUpdateSet({ removedAt: null }))
      .returningAll()
      .executeTakeFirstOrThrow(),
  )
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
