import { Ctx, ID, Resolver, Root } from 'type-graphql'
import { Denial } from '#schema/kernel/denial.type.js'
import { REMEDIES } from '#schema/kernel/descriptions.js'
import { arg, fieldResolver, query } from '#schema/kernel/decorators.js'
import { Node } from '#schema/kernel/node.type.js'
import { Remedy } from '#schema/kernel/remedy.type.js'
import { withExecutableRemedies } from '#services/entitlements/remedies/executable-remedies.js'
import { toRemedy } from './denial.mapper.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { RequestContext } from '#context/request-context.js'
import { loadNode } from './load-node.js'

const MAX_NODES = 100

@Resolver()
export class NodeResolver {
  @query('Object by ID. Null if it does not exist or is not visible to the caller.', () => Node, { nullable: true })
  node(@Ctx() context: RequestContext, @arg('id', 'ID of the object.', () => ID) id: string): Promise<Node | null> {
    return loadNode(context, id)
  }

  @query(
    'Objects by ID, in the requested order. Null for each that does not exist or is not visible to the caller.',
    () => [Node],
    {
      nullable: 'items',
    },
  )
  nodes(
    @Ctx() context: RequestContext,
    @arg('ids', 'IDs of the objects, at most 100.', () => [ID]) ids: string[],
  ): Promise<(Node | null)[]> {
    if (ids.length > MAX_NODES)
      throw new AppError('BAD_USER_INPUT', `At most ${MAX_NODES} ids at once.`, { details: { field: 'ids' } })
    return Promise.all(ids.map((id) => loadNode(context, id)))
  }
}

@Resolver(() => Denial)
export class DenialResolver {
  @fieldResolver(REMEDIES, () => [Remedy])
  async remedies(@Ctx() context: RequestContext, @Root() { source }: Denial): Promise<Remedy[]> {
    const { remedies } = await withExecutableRemedies(context, source)
    return remedies.map((remedy) => toRemedy(context, remedy))
  }
}

@Resolver(() => Remedy)
export class RemedyResolver {
  @fieldResolver(
    'The plan, package, template, subscription or checkout that the remedy is about. Null if it is about none.',
    () => Node,
    { nullable: true },
  )
  subject(@Ctx() context: RequestContext, @Root() { subjectId }: Remedy): Promise<Node | null> | null {
    return subjectId ? loadNode(context, subjectId) : null
  }
}
