import { usagePeriodStart } from '../model/usage-period.js'
import { freeOf, isUsable } from '../model/entitlement-sources.js'
import { sourceText } from '../model/deduct-units.js'
import type { AccountDraft } from './account-draft.js'
import type { OperationContext } from './ledger-movement.js'

/**
 * Pays the debt of a feature from the free units of its grants, in the order of deduction, and returns the paid amount. Every operation that
 * frees units or enters debt calls it, so that an account never has debt and free units at the same time. Paid units count as used in the
 * present period, as those of a new grant do: a grant counts with its balance at the start of the period.
 */
export function payDebt(draft: AccountDraft, operationNo: number, note: OperationContext): number {
  let due = draft.snapshot.debts[note.feature] ?? 0
  let paid = 0
  const feature = due > 0 ? draft.catalog.features.get(note.feature) : undefined
  const since = feature ? { usagePeriodStart: usagePeriodStart(draft.snapshot, feature) } : {}
  for (const grant of due > 0 ? draft.snapshot.grants : []) {
    if (grant.feature !== note.feature || !isUsable(grant, draft.snapshot.at)) continue
    const units = Math.min(due, freeOf(grant))
    if (units <= 0) continue
    const source = sourceText({ kind: grant.sourceKind, code: grant.sourceCode })
    const part = { grantId: grant.id, window: null, amount: units, source }
    draft.move(operationNo, [part], () => ({ kind: 'CONSUME', used: units, amount: -units }), { ...note, ...since })
    draft.owe(operationNo, -units, note)
    due -= units
    paid += units
  }
  return paid
}
