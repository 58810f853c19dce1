import { statement } from '#services/kernel/database/statement.js'

export const readVersion = statement<{ accountId: string }, { version: number }>(`
  select version from account where id = :accountId
`)

/** Increments the version of an account that still has the expected one, and locks its row. */
export const raiseVersion = statement<{ accountId: string; version: number }>(`
  update account set version = version + 1 where id = :accountId and version = :version
`)

/** Undoes `raiseVersion` in its transaction, if nothing is written for the version. */
export const restoreVersion = statement<{ accountId: string; version: number }>(`
  update account set version = :version where id = :accountId
`)
