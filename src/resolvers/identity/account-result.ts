import type { Account } from '#schema/identity/account.type.js'
import type { AccountChanged, AccountOutcome } from '#services/identity/model/account-outcome.js'
import type { Denied } from '#services/kernel/result/denied.js'
import type { RequestContext } from '#context/request-context.js'
import { unlessDenied } from '../kernel/mutation.js'
import { toAccount } from './account.mapper.js'

/** The account after a change. */
export async function toPresentAccount(
  context: RequestContext,
  { account }: Pick<AccountChanged, 'account'>,
): Promise<Account> {
  // It was read before the change.
  context.clearLoaded()
  return toAccount((await context.loaders.account.load(account.id)) ?? account)
}

/** The account after a change, unless it is denied. */
export const toAccountResult = (context: RequestContext, outcome: Promise<AccountOutcome>): Promise<Account | Denied> =>
  unlessDenied(outcome, (done) => toPresentAccount(context, done))
