import type { AccountDraft } from '../usage/account-draft.js'
import { payDebt } from '../usage/pay-debt.js'
import { freeOf } from '../model/entitlement-sources.js'
import type { Grant } from '../model/account-snapshot.js'
import type { NewCredits } from './create-grant.js'

/** Adds a grant and repays debt from it. Returns the repaid amount. */
export function decideGrant(
  draft: AccountDraft,
  id: string,
  credits: Omit<NewCredits, 'catalog' | 'accountId'>,
): number {
  const { feature, amount, expiresAt, at, cause, source } = credits
  draft.addGrant(
    {
      id,
      feature,
      amount,
      used: 0,
      reserved: 0,
      expired: 0,
      revoked: 0,
      grantedAt: at,
      usagePeriodStart: at,
      usedBeforePeriod: 0,
      expiresAt,
      revokedAt: null,
      sourceKind: source.kind,
      sourceCode: source.code,
      flags: credits.flags ?? [],
    },
    { causeType: cause.type, causeId: cause.id },
  )
  const operationNo = draft.beginOperation()
  const part = { grantId: id, window: null, amount, source: `${source.kind} ${source.code}` }
  const note = { feature, at, reference: `${cause.type} ${cause.id}` }
  draft.move(operationNo, [part], () => ({ kind: 'GRANT', amount }), note)
  const paid = payDebt(draft, operationNo, note)
  if (expiresAt) draft.nextSweepAt(expiresAt)
  return paid
}

/**
 * Revokes a grant of the draft's snapshot: remaining units are removed and used ones become debt. Units that the draft
 * itself consumed, by a repayment after an expired reservation, are owed as well.
 */
export function decideRevocation(
  draft: AccountDraft,
  id: string,
  reference: string,
): { readonly takenBack: number; readonly debt: number } {
  const { at } = draft.snapshot
  const grant = draft.snapshot.grants.find((one) => one.id === id)!
  const operationNo = draft.beginOperation()
  const part = { grantId: id, window: null, amount: 0, source: `${grant.sourceKind} ${grant.sourceCode}` }
  const note = { feature: grant.feature, at, reference }
  const takenBack = freeOf(grant)
  draft.changeGrant(id, (one: Grant) => ({ ...one, revokedAt: at }))
  if (takenBack > 0)
    draft.move(operationNo, [part], () => ({ kind: 'REVOKE', revoked: takenBack, amount: -takenBack }), note)
  if (grant.used > 0) draft.owe(operationNo, grant.used, note)
  payDebt(draft, operationNo, note)
  if (grant.reserved === 0) draft.closeGrant(id)
  return { takenBack, debt: grant.used }
}
