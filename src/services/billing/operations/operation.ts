import { findLedgerOperation } from '#services/entitlements/usage/find-ledger-operation.js'
import { idempotencyOwner } from '#services/identity/model/caller.js'
import { findOperation } from '#services/kernel/idempotency/find-idempotent-operation.js'
import type { BillingContext } from '../model/billing-context.js'
import { findChange } from '../model/change-queries.js'

/** An earlier mutation of the caller. */
export interface EarlierOperation {
  readonly mutation: string
  readonly at: Date
  /** Null while the mutation runs. */
  readonly resultId: string | null
  /** True for a change of a subscription without a response of the provider. */
  readonly isUnanswered: boolean
}

/** The caller's earlier mutation with an idempotency key, of those with it the one that is named. Null if there is none. */
export async function operation(
  context: BillingContext,
  called: { readonly key: string; readonly mutation: string | null },
): Promise<EarlierOperation | null> {
  if (context.caller.kind === 'anonymous') return null
  const principal = idempotencyOwner(context.caller)
  const found =
    (await findOperation(context.database, principal, called)) ??
    (await findLedgerOperation(context.database, principal, called))
  if (!found) return null
  const { mutation, resultId } = found
  const at = 'at' in found ? found.at : found.createdAt
  return { mutation, at, resultId, isUnanswered: resultId !== null && (await isUnanswered(context, resultId)) }
}

const isUnanswered = async (context: BillingContext, resultId: string): Promise<boolean> =>
  resultId.startsWith('sch_') && (await findChange(context.database, resultId))?.status === 'REQUESTED'
