import { refused, type Refused } from '#services/kernel/denials/denial.js'

/** Most sub-accounts of an account. Its snapshot has all of them. */
export const MAX_SUB_ACCOUNTS = 1000

export interface ParentInput {
  readonly accountId: string
  readonly parentId: string
  readonly parentIsSubAccount: boolean
  /** True if the account itself has sub-accounts. */
  readonly hasSubAccounts: boolean
  /** Number of sub-accounts of the parent. */
  readonly subAccounts: number
}

/** Pure: denial of a parent. Null if the account can be its sub-account. Pools have two levels, so that each use has one pool. */
export function decideParent(input: ParentInput): Refused | null {
  const invalid = (message: string) => refused('INVALID_PARAMETERS', message, { field: 'parentId' })
  if (input.accountId === input.parentId) return invalid('An account cannot be its own parent.')
  if (input.parentIsSubAccount) return invalid('A sub-account cannot have sub-accounts.')
  if (input.hasSubAccounts) return invalid('An account with sub-accounts cannot be a sub-account.')
  return input.subAccounts >= MAX_SUB_ACCOUNTS
    ? invalid(`An account has at most ${MAX_SUB_ACCOUNTS} sub-accounts.`)
    : null
}
