import { Ctx, ID, Resolver, Root } from 'type-graphql'
import { Denial } from '#schema/kernel/denial.type.js'
import { REMEDIES } from '#schema/kernel/descriptions.js'
import { arg, fieldResolver, query } from '#schema/kernel/decorators.js'
import { Node } from '#schema/kernel/node.type.js'
import { Remedy } from '#schema/kernel/remedy.type.js'
import { RemedyAction } from '#schema/kernel/remedy-action.type.js'
import { withExecutableRemedies } from '#services/marketplace/remedies/executable-remedies.js'
import { toRemedy } from './denial.mapper.js'
import { toMoney } from './price.mapper.js'
import { remedyAction } from '#services/entitlements/remedies/remedy-action.js'
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
    'The plan, package, template, subscription or checkout to pass to the mutation. Null if it needs none.',
    () => Node,
    { nullable: true },
  )
  target(@Ctx() context: RequestContext, @Root() remedy: Remedy): Promise<Node | null> | null {
    return remedy.targetId ? loadNode(context, remedy.targetId) : null
  }

  @fieldResolver(
    'Step of a program that carries out the remedy. Null if a person has to choose first.',
    () => RemedyAction,
    { nullable: true },
  )
  action(@Ctx() context: RequestContext, @Root() { source }: Remedy): RemedyAction | null {
    const action = remedyAction(context.catalog.current(), context.config, source)
    if (action?.__typename !== 'SetSpendCapAction') return action
    const { units, money } = action.limit
    return { ...action, limit: { __typename: 'Quantity', units, money: money && toMoney(money) } }
  }
}
