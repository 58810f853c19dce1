import type { Transaction } from './database.js'
import { lockExclusively, lockShared } from './named-lock.sql.js'

/** Holds the lock of a name until the transaction ends: others that lock or share it wait. */
export async function lockName(transaction: Transaction, name: string): Promise<void> {
  await transaction.run(lockExclusively, { name })
}

/** Shares the lock of a name until the transaction ends: others can share it, and those that lock it wait. */
export async function shareName(transaction: Transaction, name: string): Promise<void> {
  await transaction.run(lockShared, { name })
}
