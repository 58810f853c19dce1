import { Ctx, Resolver, Root } from 'type-graphql'
import { Operation } from '../../schema/billing/operation.type.js'
import { arg, fieldResolver, query } from '../../schema/kernel/decorators.js'
import { Node } from '../../schema/kernel/node.type.js'
import { findOperation } from '../../services/kernel/idempotency/find-operation.js'
import { loadNode } from '../kernel/load-node.js'
import type { RequestContext } from '../../context/request-context.js'

@Resolver(() => Operation)
export class OperationResolver {
  @query(
    "What became of the caller's mutation whose answer was lost; null when none was asked under the key.",
    () => Operation,
    { nullable: true },
  )
  async operation(
    @Ctx() context: RequestContext,
    @arg('idempotencyKey', 'The key that the mutation was called with.', () => String) idempotencyKey: string,
  ): Promise<Operation | null> {
    if (context.caller.kind === 'anonymous') return null
    const found = await findOperation(context.database, context.caller.principal, idempotencyKey)
    return (
      found && {
        __typename: 'Operation',
        idempotencyKey,
        mutation: found.mutation,
        status: found.resultId ? 'SUCCEEDED' : 'RUNNING',
        at: found.createdAt,
        resultId: found.resultId,
      }
    )
  }

  @fieldResolver('What it made, as it is now; null while there is nothing.', () => Node, { nullable: true })
  result(@Ctx() context: RequestContext, @Root() operation: Operation): Promise<Node | null> | null {
    return operation.resultId ? loadNode(context, operation.resultId) : null
  }
}
