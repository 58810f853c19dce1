import { Ctx, ID, Resolver, Root } from 'type-graphql'
import { arg, fieldResolver, query } from '../../schema/kernel/decorators.js'
import { Node } from '../../schema/kernel/node.type.js'
import { Remedy } from '../../schema/kernel/remedy.type.js'
import { AppError } from '../../services/kernel/errors/app-error.js'
import type { RequestContext } from '../../context/request-context.js'
import { loadNode } from './load-node.js'

const MAX_NODES = 100

@Resolver()
export class NodeResolver {
  @query('Any object by its id; null when there is none that the caller may see.', () => Node, { nullable: true })
  node(@Ctx() context: RequestContext, @arg('id', 'The id.', () => ID) id: string): Promise<Node | null> {
    return loadNode(context, id)
  }

  @query('Many objects by their ids, in the order asked; null for each that the caller may not see.', () => [Node], {
    nullable: 'items',
  })
  nodes(
    @Ctx() context: RequestContext,
    @arg('ids', 'The ids, at most 100.', () => [ID]) ids: string[],
  ): Promise<(Node | null)[]> {
    if (ids.length > MAX_NODES)
      throw new AppError('BAD_USER_INPUT', `At most ${MAX_NODES} ids at once.`, { details: { field: 'ids' } })
    return Promise.all(ids.map((id) => loadNode(context, id)))
  }
}

@Resolver(() => Remedy)
export class RemedyResolver {
  @fieldResolver(
    'The plan, package, template, subscription or checkout to call the mutation with; null when it needs none.',
    () => Node,
    { nullable: true },
  )
  target(@Ctx() context: RequestContext, @Root() remedy: Remedy): Promise<Node | null> | null {
    return remedy.targetId ? loadNode(context, remedy.targetId) : null
  }
}
