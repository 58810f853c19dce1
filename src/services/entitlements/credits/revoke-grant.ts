import { numberText } from '#services/kernel/text/readable.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { CreditGrantRow } from '#entities/entitlements/credit-grant.entity.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import { applyAccountChange, type CreditChangeScope } from './apply-account-change.js'
import { decideRevocation } from './decide-grant.js'

/** Grants to revoke: all of a cause, or one by ID. */
export interface Revocation extends CreditChangeScope {
  readonly grant: { readonly id: string } | { readonly causeType: string; readonly causeId: string }
  /** Why, as `refund ref_…`. */
  readonly reference: string
}

/** Result of a revocation. */
export interface Revoked {
  readonly grants: number
  /** Remaining units that were removed. */
  readonly takenBack: number
  /** Used units of the grant that are owed now, including those that other grants paid immediately. */
  readonly debt: number
}

/**
 * Revokes grants in the caller's transaction. Remaining units are removed, reserved ones when the reservation ends, and
 * used ones become debt, which other grants repay as far as possible now and later grants first. A revoked grant is
 * unchanged. Takes the account lock and writes the event.
 */
export async function revokeGrant(transaction: Transaction, revocation: Revocation): Promise<Revoked> {
  await lockAccount(transaction, revocation.accountId)
  const rows = await grantsOf(transaction, revocation)
  let [takenBack, debt] = [0, 0]
  for (const row of rows) {
    const one = await revokeOne(transaction, revocation, row)
    takenBack += one.takenBack
    debt += one.debt
  }
  return { grants: rows.length, takenBack, debt }
}

function grantsOf(transaction: Transaction, { accountId, grant }: Revocation): Promise<CreditGrantRow[]> {
  const open = transaction.query
    .selectFrom('credit_grant')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('revokedAt', 'is', null)
  const wanted =
    'id' in grant
      ? open.where('id', '=', grant.id)
      : open.where('causeType', '=', grant.causeType).where('causeId', '=', grant.causeId)
  return wanted.orderBy('id').execute()
}

async function revokeOne(
  transaction: Transaction,
  revocation: Revocation,
  row: CreditGrantRow,
): Promise<{ takenBack: number; debt: number }> {
  const { reference } = revocation
  // An exhausted or expired grant is outside the snapshot; it is loaded again for its used units.
  if (!row.open) await reopen(transaction, row.accountId, row.id)
  if (row.expiresAt === null) await keepNewestSource(transaction, row)
  let revoked = { takenBack: 0, debt: 0 }
  await applyAccountChange(transaction, revocation, (draft) => {
    revoked = decideRevocation(draft, row.id, reference)
    return {
      type: 'credits.revoked',
      summary: `${numberText(revoked.takenBack)} credits were revoked.`,
      subject: { __typename: 'CreditGrant', id: row.id },
      data: { feature: row.feature, grantId: row.id, ...revoked, reference },
    }
  })
  return revoked
}

/**
 * The newest used-up grant without an end is a source of its feature, so that the feature still counts as bought. If a later one is revoked,
 * an earlier one that has left the snapshot is it again.
 */
async function keepNewestSource(transaction: Transaction, revoked: CreditGrantRow): Promise<void> {
  const newest = await transaction.query
    .selectFrom('credit_grant')
    .select(['id', 'open'])
    .where('accountId', '=', revoked.accountId)
    .where('feature', '=', revoked.feature)
    .where('id', '!=', revoked.id)
    .where('expiresAt', 'is', null)
    .where('revokedAt', 'is', null)
    .orderBy('grantedAt', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (newest && !newest.open) await reopen(transaction, revoked.accountId, newest.id)
}

async function reopen(transaction: Transaction, accountId: string, id: string): Promise<void> {
  await transaction.query
    .updateTable('credit_grant')
    .set({ open: true })
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .execute()
}
