import { Ctx, Resolver } from 'type-graphql'
import type { Checkout } from '#schema/billing/checkout.type.js'
import { Operation, type OperationStatus } from '#schema/billing/operation.type.js'
import { arg, query } from '#schema/kernel/decorators.js'
import type { Node } from '#schema/kernel/node.type.js'
import { findLedgerOperation } from '#services/entitlements/usage/find-ledger-operation.js'
import { idempotencyOwner } from '#services/identity/caller.js'
import { findOperation } from '#services/kernel/idempotency/find-idempotent-operation.js'
import { findChange } from '#services/billing/subscriptions/changes/change-queries.js'
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

/** A change of a subscription that the provider has not answered. */
const isUnanswered = async (context: RequestContext, resultId: string): Promise<boolean> =>
  resultId.startsWith('sch_') && (await findChange(context.database, resultId))?.status === 'REQUESTED'

const isCheckout = (node: Node | null): node is Checkout =>
  node !== null && '__typename' in node && node.__typename === 'Checkout'

@Resolver(() => Operation)
export class OperationResolver {
  @query(
    'Outcome of an earlier mutation of the caller, by idempotency key. Null if the key is unknown.',
    () => Operation,
    { nullable: true },
  )
  async operation(
    @Ctx() context: RequestContext,
    @arg(
      'idempotencyKey',
      'Idempotency key of the mutation. 1–255 printable ASCII characters without spaces.',
      () => String,
    )
    idempotencyKey: string,
  ): Promise<Operation | null> {
    if (context.caller.kind === 'anonymous') return null
    const principal = idempotencyOwner(context.caller)
    const found =
      (await findOperation(context.database, principal, idempotencyKey)) ??
      (await findLedgerOperation(context.database, principal, idempotencyKey))
    if (!found) return null
    const { mutation, resultId } = found
    const at = 'at' in found ? found.at : found.createdAt
    const result = resultId ? await loadNode(context, resultId) : null
    if (resultId && (await isUnanswered(context, resultId)))
      return { __typename: 'Operation', idempotencyKey, mutation, status: 'UNKNOWN', at, result }
    return { __typename: 'Operation', idempotencyKey, mutation, status: statusOf(resultId, result), at, result }
  }
}
