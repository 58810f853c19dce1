import type { Transaction } from '#services/kernel/database/database.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import type { AccountDraft } from '../usage/account-draft.js'
import { payDebt } from '../usage/pay-debt.js'
import type { Grant } from '../snapshot/account-snapshot.js'
import { applyAccountChange, type CreditChangeScope } from './apply-account-change.js'

/** A dated amount of credits, or of a quota beyond the plan's, for a cause. */
export interface NewCredits extends CreditChangeScope {
  readonly feature: string
  readonly amount: number
  /** From this millisecond on nothing of it can be used; null: it does not expire. */
  readonly expiresAt: Date | null
  /**
   * Cause of the grant, for example `purchase` and its ID. A cause grants a feature once; repeated calls have no
   * effect.
   */
  readonly cause: { readonly type: string; readonly id: string }
  /** Display of the source: the package code, or an operator's reason. */
  readonly source: { readonly kind: Grant['sourceKind']; readonly code: string }
  /** Boolean features that the account has while this grant has a remainder. */
  readonly flags?: readonly string[]
}

/**
 * Grants credits in the caller's transaction and repays debt of the feature first. Returns the ID of the grant and
 * whether it is new: the same cause changes nothing. Takes the account lock and writes the event.
 */
export async function createGrant(
  transaction: Transaction,
  credits: NewCredits,
): Promise<{ readonly grantId: string; readonly isNew: boolean }> {
  await lockAccount(transaction, credits.accountId)
  const earlier = await transaction.query
    .selectFrom('credit_grant')
    .select('id')
    .where('causeType', '=', credits.cause.type)
    .where('causeId', '=', credits.cause.id)
    .where('feature', '=', credits.feature)
    .executeTakeFirst()
  if (earlier) return { grantId: earlier.id, isNew: false }
  const grantId = transaction.newId('grt')
  await applyAccountChange(transaction, credits, (draft) => {
    const paid = enter(draft, grantId, credits)
    return {
      type: 'credits.granted',
      summary: `${credits.amount} credits were granted.`,
      subject: { __typename: 'CreditGrant', id: grantId },
      data: {
        feature: credits.feature,
        amount: credits.amount,
        debtPaid: paid,
        expiresAt: credits.expiresAt,
        cause: credits.cause,
      },
    }
  })
  return { grantId, isNew: true }
}

/** Adds a grant and repays debt from it. Returns the repaid amount. */
function enter(draft: AccountDraft, id: string, credits: NewCredits): number {
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
