import type { AccountRow } from '#entities/identity/account.entity.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { requireAccount, type Permission } from '#services/identity/model/guard.js'
import type { DenialCode } from '#services/kernel/codes/codes.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { Denied } from '#services/kernel/result/denied.js'

/** An item of a report that is not accepted. */
export interface RejectedUsage {
  /** The item's place in the list, from 0. */
  readonly index: number
  readonly code: DenialCode
  readonly message: string
}

interface Report {
  readonly rejected: readonly RejectedUsage[]
}

/** An item of a report, and the account that the caller may use. */
export interface ReportedItem<Item> {
  readonly item: Item
  readonly account: AccountRow
}

/**
 * Reports the items whose account the caller may use, and rejects the others one by one.
 * @param report its rejections name places in the list that it receives
 * @throws AppError if the caller may use the account of no item
 */
export async function reportPerAccount<Item extends { readonly accountId: string }, Result extends Report>(
  context: IdentityContext,
  items: readonly Item[],
  permission: Permission,
  report: (items: readonly ReportedItem<Item>[]) => Promise<Result | Denied>,
): Promise<Result | Denied> {
  const found = await Promise.all(
    items.map(({ accountId }) => requireAccount(context, accountId, permission).catch(asRejection)),
  )
  const accepted = items.flatMap((item, index) => {
    const account = found[index]!
    return account instanceof AppError ? [] : [{ item, account, index }]
  })
  const failed = found.flatMap((account, index) => (account instanceof AppError ? [{ index, error: account }] : []))
  if (accepted.length === 0 && failed[0]) throw failed[0].error
  const result = await report(accepted)
  if (!('rejected' in result)) return result
  const rejected = [
    ...result.rejected.map((one) => ({ ...one, index: accepted[one.index]!.index })),
    ...failed.map(({ index, error }): RejectedUsage => ({ index, code: 'NOT_FOUND', message: error.message })),
  ]
  return { ...result, rejected: rejected.toSorted((left, right) => left.index - right.index) }
}

const CODES: readonly string[] = ['NOT_FOUND', 'FORBIDDEN', 'BAD_USER_INPUT']

/** An account that is invisible, visible without the permission, or whose reference can name no account. */
function asRejection(error: unknown): AppError {
  if (error instanceof AppError && CODES.includes(error.code)) return error
  throw error
}
