import type { Transaction } from '#services/kernel/database/database.js'
import { waitForChains } from './chain-lock.js'
import { commitDetails, commitUseTexts } from './ledger-chain.sql.js'

/**
 * Replaces what an erasure removes from the entries of an account by the commitments that their digests contain, so that
 * the chains of the account stay verifiable. The caller deletes the key of the commitments in the same transaction.
 */
export async function commitToErased(transaction: Transaction, accountId: string): Promise<void> {
  await waitForChains(transaction)
  await transaction.run(commitUseTexts, { accountId })
  await transaction.run(commitDetails, { accountId })
}
