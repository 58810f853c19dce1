import { Ctx, Resolver } from 'type-graphql'
import type { Checkout } from '#schema/billing/checkout.type.js'
import { Operation, type OperationStatus } from '#schema/billing/operation.type.js'
import { arg, query } from '#schema/kernel/decorators.js'
import type { Node } from '#schema/kernel/node.type.js'
import { operation } from '#services/billing/operations/operation.js'
import { findChange } from '#services/billing/model/change-queries.js'
import { prefixOf } from '#services/kernel/ids/ids.js'
import { loadNode } from '../kernel/load-node.js'
import type { RequestContext } from '#context/request-context.js'

/**
 * A checkout without a page is an intent without a response of the provider: the sweeper or a repeated call resolves
 * it.
 */
function statusOf(resultId: string | null, result: Node | null): OperationStatus {
  if (!resultId) return 'RUNNING'
  return isCheckout(result) && result.status === 'CREATING' ? 'UNKNOWN' : 'SUCCEEDED'
}

const isCheckout = (node: Node | null): node is Checkout =>
  node !== null && '__typename' in node && node.__typename === 'Checkout'

/** The result of a mutation. That of a change is the subscription. */
async function loadResult(context: RequestContext, resultId: string): Promise<Node | null> {
  const change = prefixOf(resultId) === 'sch' ? await findChange(context.database, resultId) : null
  return loadNode(context, change?.subscriptionId ?? resultId)
}

@Resolver(() => Operation)
export class OperationResolver {
  @query(
    'Outcome of an earlier mutation of the caller, by idempotency key. Null if the key is unknown.',
    () => Operation,
    { nullable: true },
  )
  async operation(
    @Ctx() context: RequestContext,
    @arg('key', 'Idempotency key of the mutation. 1–255 printable ASCII characters without spaces.', () => String)
    idempotencyKey: string,
    @arg('mutation', 'Name of the mutation, if the key was used for several. Default: any of them.', () => String, {
      nullable: true,
    })
    named: string | null | undefined,
  ): Promise<Operation | null> {
    const earlier = await operation(context, { key: idempotencyKey, mutation: named ?? null })
    if (!earlier) return null
    const { mutation, at, resultId } = earlier
    const result = resultId ? await loadResult(context, resultId) : null
    const status = earlier.isUnanswered ? 'UNKNOWN' : statusOf(resultId, result)
    return { __typename: 'Operation', idempotencyKey, mutation, status, at, result }
  }
}
