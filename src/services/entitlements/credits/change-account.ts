import type { Transaction } from '../../kernel/database/database.js'
import { AppError } from '../../kernel/errors/app-error.js'
import type { CatalogSnapshot } from '../../catalog/snapshot/catalog-snapshot.js'
import { lockAccount } from '../../identity/accounts/raise-version.js'
import { AccountDraft } from '../act/account-draft.js'
import { returnExpired } from '../act/return-expired.js'
import { loadRights } from '../rights/load-rights.js'
import type { ChangeEvent } from '../settle/account-change.js'
import { settleChanges } from '../settle/settle-changes.js'

/** Where and when the credits of an account are changed inside another verb's transaction. */
export interface CreditScope {
  readonly catalog: CatalogSnapshot
  readonly accountId: string
  /** Business time. */
  readonly at: Date
}

/**
 * Changes an account inside the caller's transaction: takes its lock, reads its facts, lets `decide` move them, and writes it with
 * the event that explains it, under the next version.
 */
export async function changeAccount(
  transaction: Transaction,
  { catalog, accountId, at }: CreditScope,
  decide: (draft: AccountDraft) => ChangeEvent,
): Promise<void> {
  await lockAccount(transaction, accountId)
  const facts = await loadRights(transaction, catalog, accountId, at)
  if (!facts) throw new AppError('NOT_FOUND', 'Account not found.')
  const draft = new AccountDraft(facts)
  returnExpired(draft)
  const [settled] = await settleChanges(transaction, [draft.change(decide(draft))])
  if (!settled?.proved) throw new Error(`account ${accountId} changed despite its lock`)
  transaction.announce(accountId)
}
