import type { AddPolicyArgs } from '#schema/identity/policy.type.js'
import type { PolicyRow } from '#entities/identity/policy.entity.js'
import { refusedInput, type InputIssue } from '#services/kernel/denials/denial.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { ROLES, type IdentityContext, type Role } from '../model/caller.js'
import { idempotencyScope } from '../idempotency-scope.js'
import { knownRules } from '../model/permissions.js'
import { recordPolicyEdit } from './edit-policies.js'
import { findPolicy } from './policy-store.js'

/** Adds a permission of a role, immediately and on every server. */
export async function addPolicy(context: IdentityContext, input: AddPolicyArgs): Promise<PolicyRow | Denied> {
  const [issue, ...issues] = policyIssues(input, knownRules(context.declared.permissions))
  if (issue) return denied(refusedInput([issue, ...issues]))
  const { subject, object, action, idempotencyKey } = input
  const outcome = await runIdempotent<PolicyRow>(context.database, {
    scope: idempotencyScope(context.caller, '', 'addPolicy', idempotencyKey),
    request: { subject, object, action },
    replay: async (transaction, { id }) => (await findPolicy(transaction, id))!,
    execute: async (transaction) => {
      await recordPolicyEdit(context, transaction, 'policy.add', `${subject} ${object} ${action}`)
      const row = await transaction.query
        .insertInto('policy')
        .values({ id: transaction.newId('pol'), subject, object, action })
        .onConflict((conflict) => conflict.constraint('policy_once').doUpdateSet({ removedAt: null }))
        .returningAll()
        .executeTakeFirstOrThrow()
      return { value: row, reference: { __typename: 'Policy', id: row.id } }
    },
  })
  await context.access.reload()
  return outcome
}

/** A policy that is never checked would only appear to allow something. */
function policyIssues({ subject, object, action }: AddPolicyArgs, known: ReturnType<typeof knownRules>): InputIssue[] {
  const issueOf = (field: string, message: string): InputIssue => ({
    path: [field],
    code: 'INVALID_PARAMETERS',
    message: `${field} ${message}`,
  })
  const actions = known.get(object)
  const allActions = [...new Set([...known.values()].flat())]
  return [
    ...(ROLES.includes(subject as Role) ? [] : [issueOf('subject', `must be a role: ${ROLES.join(', ')}.`)]),
    ...(actions ? [] : [issueOf('object', `must be one of ${[...known.keys()].join(', ')}.`)]),
    ...((actions ?? allActions).includes(action)
      ? []
      : [issueOf('action', `must be one of ${(actions ?? allActions).join(', ')}${actions ? ` for ${object}` : ''}.`)]),
  ]
}
