import type { Transaction } from '#services/kernel/database/database.js'
import { lockChains, tryLockChains } from './ledger-chain.sql.js'

/** Any number: one transaction at a time adds to chains, makes a root or erases what chains commit to. */
const CHAIN_LOCK = 7_142_041

/** True if this transaction may change chains. It may until it ends. */
export const tryToLockChains = async (transaction: Transaction): Promise<boolean> =>
  (await transaction.row(tryLockChains, { lock: CHAIN_LOCK }))!.locked

/** Waits until this transaction may change chains. */
export const waitForChains = async (transaction: Transaction): Promise<void> =>
  void (await transaction.row(lockChains, { lock: CHAIN_LOCK }))
