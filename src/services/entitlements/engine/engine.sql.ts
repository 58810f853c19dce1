import { statement } from '#services/kernel/database/statement.js'

/** Returns the accounts that no other transaction has locked. */
export const findFreeAccounts = statement<{ accountIds: readonly string[] }, { id: string }>(`
  select id from account where id = any(:accountIds) order by id for no key update skip locked
`)

/** Locks accounts in the order of their IDs, so that two transactions never deadlock. */
export const lockAccounts = statement<{ accountIds: readonly string[] }, { id: string }>(`
  select id from account where id = any(:accountIds) order by id for no key update
`)

/** Maximum wait for a lock until the end of the transaction, for example `250ms`. */
export const setLockTimeout = statement<{ timeout: string }, { setConfig: string }>(`
  select set_config('lock_timeout', :timeout, true)
`)
