import type { Transaction } from '../../kernel/database/database.js'
import { newId } from '../../kernel/ids/ids.js'
import { lockAccount } from '../../identity/accounts/account-version.js'
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
  /** What it is for, as `purchase` and its id: one cause grants a feature once, however often it is told. */
  readonly cause: { readonly type: string; readonly id: string }
  /** How it reads as a source: the package's code, or an operator's reason. */
  readonly source: { readonly kind: Grant['sourceKind']; readonly code: string }
  /** Boolean features that the account has while this grant has a remainder. */
  readonly flags?: readonly string[]
}

/**
 * Grants credits inside the caller's transaction; debt of the feature is paid from it first. Answers the grant's id, and whether it
 * is new: the same cause again changes nothing. It takes the account's lock and tells of it.
 */
export async function grantCredits(
  transaction: Transaction,
  credits: NewCredits,
): Promise<{ readonly grantId: string; readonly isNew: boolean }> {
  await lockAccount(transaction, credits.accountId)
  const earlier = await transaction.row<{ id: string }>(
    `select id from credit_grant where cause_type = $1 and cause_id = $2 and feature = $3`,
    [credits.cause.type, credits.cause.id, credits.feature],
  )
  if (earlier) return { grantId: earlier.id, isNew: false }
  const grantId = newId('grt')
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

/** Enters a grant and pays debt from it; answers how much it paid. */
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
      countedSince: at,
      usedBefore: 0,
      expiresAt,
      revokedAt: null,
      sourceKind: source.kind,
      sourceCode: source.code,
      flags: credits.flags ?? [],
    },
    { causeType: cause.type, causeId: cause.id },
  )
  const op = draft.beginOperation()
  const part = { grantId: id, window: null, amount, source: `${source.kind} ${source.code}` }
  const note = { feature, at, reference: `${cause.type} ${cause.id}` }
  draft.move(op, [part], () => ({ kind: 'GRANT', amount }), note)
  const paid = payDebt(draft, op, note)
  if (expiresAt) draft.nextSweepAt(expiresAt)
  return paid
}
