import { statement } from './statement.js'

/** Waits until no other transaction holds the lock, and holds it alone until the transaction ends. */
export const lockExclusively = statement<{ name: string }, { locked: string }>(
  `select pg_advisory_xact_lock(hashtextextended(:name, 7)) as locked`,
)

/** Waits until no other transaction holds the lock exclusively, and shares it until the transaction ends. */
export const lockShared = statement<{ name: string }, { locked: string }>(
  `select pg_advisory_xact_lock_shared(hashtextextended(:name, 7)) as locked`,
)
