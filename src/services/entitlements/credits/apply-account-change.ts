import type { Transaction } from '#services/kernel/database/database.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import { AccountDraft } from '../usage/account-draft.js'
import { releaseExpired } from '../usage/release-expired.js'
import { loadSnapshot } from '../snapshot/load-snapshot.js'
import type { ChangeEvent } from '../persist/account-change.js'
import { persistChanges } from '../persist/persist-changes.js'

/** Account and time of a credit change within the transaction of another operation. */
export interface CreditChangeScope {
  readonly catalog: CatalogSnapshot
  readonly accountId: string
  /** Business time. */
  readonly at: Date
}

/**
 * Changes an account inside the caller's transaction: takes its lock, reads its facts, lets `decide` move them, and writes it with
 * the event that explains it, under the next version.
 */
export async function applyAccountChange(
  transaction: Transaction,
  { catalog, accountId, at }: CreditChangeScope,
  decide: (draft: AccountDraft) => ChangeEvent,
): Promise<void> {
  await lockAccount(transaction, accountId)
  const snapshot = await loadSnapshot(transaction, catalog, accountId, at)
  if (!snapshot) throw new AppError('NOT_FOUND', 'Account not found.')
  const draft = new AccountDraft(catalog, snapshot)
  releaseExpired(draft)
  const [completed] = await persistChanges(transaction, [draft.change(decide(draft))])
  if (!completed?.applied) throw new Error(`account ${accountId} changed despite its lock`)
  transaction.announce(accountId)
}
