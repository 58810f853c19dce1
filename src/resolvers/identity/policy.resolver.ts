import { requires } from '#schema/kernel/requires.js'
import { PolicyPayload, AddPolicyArgs, Policy, RemovePolicyArgs } from '#schema/identity/policy.type.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import { DeletePayload } from '#schema/kernel/delete-payload.js'
import { Ctx, Resolver } from 'type-graphql'
import type { PolicyRow } from '#entities/identity/policy.entity.js'
import { query } from '#schema/kernel/decorators.js'
import { addPolicy } from '#services/identity/access/add-policy.js'
import { policies } from '#services/identity/access/policies.js'
import { removePolicy } from '#services/identity/access/remove-policy.js'
import type { RequestContext } from '#context/request-context.js'
import { ACCESS, mutation, unlessDenied } from '../kernel/mutation.js'
import { auditedPolicy } from '#services/identity/audit/identity-audited.js'
import type { Denied } from '#services/kernel/result/denied.js'

export const toPolicy = ({ id, subject, object, action }: PolicyRow): Policy => ({
  __typename: 'Policy',
  id,
  subject,
  object,
  action,
})

@Resolver(() => Policy)
export class PolicyResolver {
  @query('Permissions per role.', () => [Policy], { nullable: true })
  @requires('POLICIES_READ')
  async policies(@Ctx() context: RequestContext): Promise<Policy[] | null> {
    return (await policies(context)).map(toPolicy)
  }

  @mutation('Grants a role a permission. Takes effect on every server immediately.', {
    payload: () => PolicyPayload,
    permission: 'POLICIES_WRITE',
    moves: ACCESS,
  })
  addPolicy(@Ctx() context: RequestContext, @mutationArgs(() => AddPolicyArgs) input: AddPolicyArgs) {
    return unlessDenied(addPolicy(context, input), (outcome) => toPolicy(outcome))
  }

  @mutation('Revokes a permission. Takes effect on every server immediately.', {
    payload: () => DeletePayload,
    permission: 'POLICIES_WRITE',
    moves: ACCESS,
    repeats: 'The policy is already removed.',
    audited: auditedPolicy,
  })
  async removePolicy(
    @Ctx() context: RequestContext,
    @mutationArgs(() => RemovePolicyArgs) input: RemovePolicyArgs,
  ): Promise<DeletePayload | Denied> {
    const outcome = await removePolicy(context, input)
    if ('denial' in outcome) return outcome
    return { deletedId: outcome.id }
  }
}
