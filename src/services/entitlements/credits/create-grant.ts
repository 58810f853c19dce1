import { numberText } from '#services/kernel/text/readable.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import type { Grant } from '../model/account-snapshot.js'
import { applyAccountChange, type CreditChangeScope } from './apply-account-change.js'
import { decideGrant } from './decide-grant.js'

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
    .where('accountId', '=', credits.accountId)
    .where('causeType', '=', credits.cause.type)
    .where('causeId', '=', credits.cause.id)
    .where('feature', '=', credits.feature)
    .executeTakeFirst()
  if (earlier) return { grantId: earlier.id, isNew: false }
  const grantId = transaction.newId('grt')
  await applyAccountChange(transaction, credits, (draft) => {
    const paid = decideGrant(draft, grantId, credits)
    return {
      type: 'credits.granted',
      summary: `${numberText(credits.amount)} credits were granted.`,
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
