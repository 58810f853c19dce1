import { requires } from '#schema/kernel/requires.js'
import { PolicyPayload } from '#schema/identity/policy.type.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import type { Denial } from '#schema/kernel/denial.type.js'
import { DeletePayload } from '#schema/kernel/delete-payload.js'
import { Ctx, Resolver } from 'type-graphql'
import type { PolicyRow } from '#entities/identity/policy.entity.js'
import { mutation, query } from '#schema/kernel/decorators.js'
import { AddPolicyArgs, Policy, RemovePolicyArgs } from '#schema/identity/policy.type.js'
import { addPolicy } from '#services/identity/access/add-policy.js'
import { policies } from '#services/identity/access/policies.js'
import { removePolicy } from '#services/identity/access/remove-policy.js'
import type { RequestContext } from '#context/request-context.js'
import { toDenial } from '../kernel/denial.mapper.js'

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

  @mutation('Grants a role a permission. Takes effect on every server immediately.', () => PolicyPayload)
  @requires('POLICIES_WRITE')
  async addPolicy(
    @Ctx() context: RequestContext,
    @mutationArgs(() => AddPolicyArgs) input: AddPolicyArgs,
  ): Promise<Policy | Denial> {
    const outcome = await addPolicy(context, input)
    return 'denial' in outcome ? toDenial(context, outcome.denial) : toPolicy(outcome)
  }

  @mutation('Revokes a permission. Takes effect on every server immediately.', () => DeletePayload)
  @requires('POLICIES_WRITE')
  async removePolicy(
    @Ctx() context: RequestContext,
    @mutationArgs(() => RemovePolicyArgs) input: RemovePolicyArgs,
  ): Promise<DeletePayload | Denial> {
    const outcome = await removePolicy(context, input)
    if ('denial' in outcome) return toDenial(context, outcome.denial)
    return { deletedId: outcome.id }
  }
}
