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

/** The caller's earlier mutation with an idempotency key. Null if the key is unknown. */
export async function operation(context: BillingContext, idempotencyKey: string): Promise<EarlierOperation | null> {
  if (context.caller.kind === 'anonymous') return null
  const principal = idempotencyOwner(context.caller)
  const found =
    (await findOperation(context.database, principal, idempotencyKey)) ??
    (await findLedgerOperation(context.database, principal, idempotencyKey))
  if (!found) return null
  const { mutation, resultId } = found
  const at = 'at' in found ? found.at : found.createdAt
  return { mutation, at, resultId, isUnanswered: resultId !== null && (await isUnanswered(context, resultId)) }
}

const isUnanswered = async (context: BillingContext, resultId: string): Promise<boolean> =>
  resultId.startsWith('sch_') && (await findChange(context.database, resultId))?.status === 'REQUESTED'
