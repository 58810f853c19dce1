import type { LinkAccountArgs } from '#schema/identity/customer.type.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { refused } from '#services/kernel/denials/denial.js'
import { denied } from '#services/kernel/result/denied.js'
import { findAccount } from '../accounts/account-reference.js'
import { claimCustomer } from '../accounts/ensure-user.js'
import { usersByIds } from '../accounts/account-queries.js'
import type { AccountOutcome } from '../model/account-outcome.js'
import type { IdentityContext } from '../model/caller.js'
import { accountNotFound } from '../model/guard.js'

/** Makes a user the owner of the account of a customer, in which they find what was bought for them. */
export async function linkAccount(
  context: IdentityContext,
  { accountId, userId }: LinkAccountArgs,
): Promise<AccountOutcome> {
  const account = await context.accounts.load(accountId)
  if (!account) throw accountNotFound(context.caller, accountId)
  const [user] = await usersByIds(context.database, [userId])
  if (!user) throw new AppError('NOT_FOUND', 'User not found. A user exists after the first sign-in.')
  if (account.kind !== 'CUSTOMER')
    return denied(refused('INVALID_TRANSITION', 'Only accounts of customers can be linked.', { field: 'accountId' }))
  return context.database.transaction<AccountOutcome>(async (transaction) => {
    const claimed = await claimCustomer(transaction, { accountId: account.id, userId, at: context.clock.now() })
    if (claimed === 'taken')
      return denied(
        refused('INVALID_TRANSITION', 'The account belongs to another user. Invite the user as a member instead.', {
          field: 'accountId',
        }),
      )
    if (claimed === 'joined')
      await recordChange(transaction, {
        accountId: account.id,
        actor: context.caller.principal,
        action: 'account.linked',
        object: account.id,
        details: { userId },
      })
    return { kind: 'changed', account: (await findAccount(transaction, account.id))! }
  })
}
