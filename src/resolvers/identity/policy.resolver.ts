import { Ctx, ID, Resolver } from 'type-graphql'
import type { PolicyRow } from '#entities/identity/policy.entity.js'
import { arg, mutation, query } from '#schema/kernel/decorators.js'
import { Policy } from '#schema/identity/policy.type.js'
import { addPolicy } from '#services/identity/access/add-policy.js'
import { policies } from '#services/identity/access/policies.js'
import { removePolicy } from '#services/identity/access/remove-policy.js'
import type { RequestContext } from '#context/request-context.js'

const toPolicy = ({ id, subject, object, action }: PolicyRow): Policy => ({ id, subject, object, action })

@Resolver(() => Policy)
export class PolicyResolver {
  @query('Permissions per role. Requires an operator.', () => [Policy])
  async policies(@Ctx() context: RequestContext): Promise<Policy[]> {
    return (await policies(context)).map(toPolicy)
  }

  @mutation('Grants a role a permission. Takes effect on every server immediately. Requires an operator.', () => Policy)
  async addPolicy(
    @Ctx() context: RequestContext,
    @arg('subject', 'Role of the policy: root, admin, developer, vendor or user.', () => String) subject: string,
    @arg(
      'object',
      'Path such as `/templates/*`, where `*` matches one segment, or a resource name such as `billing`. Objects that no check uses are rejected.',
      () => String,
    )
    object: string,
    @arg('action', 'HTTP method for a path, otherwise a verb such as `read`.', () => String) action: string,
  ): Promise<Policy> {
    return toPolicy(await addPolicy(context, { subject, object, action }))
  }

  @mutation('Revokes a permission. Takes effect on every server immediately. Requires an operator.', () => Policy)
  async removePolicy(
    @Ctx() context: RequestContext,
    @arg('id', 'ID of the policy.', () => ID) id: string,
  ): Promise<Policy> {
    return toPolicy(await removePolicy(context, id))
  }
}
