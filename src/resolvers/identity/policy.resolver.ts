import { Ctx, Resolver } from 'type-graphql'
import type { PolicyRow } from '#entities/identity/policy.entity.js'
import { arg, mutation, query } from '#schema/kernel/decorators.js'
import {
  AddPolicyInput,
  AddPolicyResult,
  Policy,
  RemovePolicyInput,
  RemovePolicyResult,
} from '#schema/identity/policy.type.js'
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
  @query('Permissions per role. Requires an operator.', () => [Policy], { nullable: true })
  async policies(@Ctx() context: RequestContext): Promise<Policy[] | null> {
    return (await policies(context)).map(toPolicy)
  }

  @mutation(
    'Grants a role a permission. Takes effect on every server immediately. Requires an operator.',
    () => AddPolicyResult,
  )
  async addPolicy(
    @Ctx() context: RequestContext,
    @arg('input', 'Permission to grant.', () => AddPolicyInput) input: AddPolicyInput,
  ): Promise<AddPolicyResult> {
    const outcome = await addPolicy(context, input)
    return 'denial' in outcome ? toDenial(context, outcome.denial) : toPolicy(outcome)
  }

  @mutation(
    'Revokes a permission. Takes effect on every server immediately. Requires an operator.',
    () => RemovePolicyResult,
  )
  async removePolicy(
    @Ctx() context: RequestContext,
    @arg('input', 'Permission to revoke.', () => RemovePolicyInput) input: RemovePolicyInput,
  ): Promise<RemovePolicyResult> {
    const outcome = await removePolicy(context, input)
    if ('denial' in outcome) return toDenial(context, outcome.denial)
    return { __typename: 'RemovePolicyPayload', deletedPolicyId: outcome.id }
  }
}
