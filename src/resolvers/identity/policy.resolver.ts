import { Ctx, ID, Resolver } from 'type-graphql'
import type { PolicyRow } from '../../entities/identity/policy.entity.js'
import { arg, mutation, query } from '../../schema/kernel/decorators.js'
import { Policy } from '../../schema/identity/policy.type.js'
import { addPolicy, policies, removePolicy } from '../../services/identity/access/manage-policies.js'
import type { RequestContext } from '../../context/request-context.js'

const toPolicy = ({ id, subject, object, action }: PolicyRow): Policy => ({ id, subject, object, action })

@Resolver(() => Policy)
export class PolicyResolver {
  @query('Who may do what by their role. For operators.', () => [Policy])
  async policies(@Ctx() context: RequestContext): Promise<Policy[]> {
    return (await policies(context)).map(toPolicy)
  }

  @mutation('Allows a role something, at once and on every server. For operators.', () => Policy)
  async addPolicy(
    @Ctx() context: RequestContext,
    @arg('subject', 'The role: root, admin, developer, vendor or user.', () => String) subject: string,
    @arg(
      'object',
      'A path such as `/templates/*`, where `*` is one part of it, or a word such as `billing`. Rules that nothing asks for are refused.',
      () => String,
    )
    object: string,
    @arg('action', 'An HTTP method for a path, else a word such as `read`.', () => String) action: string,
  ): Promise<Policy> {
    return toPolicy(await addPolicy(context, { subject, object, action }))
  }

  @mutation('Takes a permission back, at once and on every server. For operators.', () => Policy)
  async removePolicy(@Ctx() context: RequestContext, @arg('id', 'The policy.', () => ID) id: string): Promise<Policy> {
    return toPolicy(await removePolicy(context, id))
  }
}
