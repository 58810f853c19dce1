import type { Denial } from '#schema/kernel/denial.type.js'
import type { Account } from '#schema/identity/account.type.js'
import type { AccountOutcome } from '#services/identity/model/account-outcome.js'
import type { RequestContext } from '#context/request-context.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { toAccount } from './account.mapper.js'

/** The present account, or the denial. */
export async function toAccountResult(context: RequestContext, outcome: AccountOutcome): Promise<Account | Denial> {
  if (outcome.kind === 'denied') return toDenial(context, outcome.denial)
  // The account was read before the change.
  context.clearLoaded()
  return toAccount((await context.loaders.account.load(outcome.account.id)) ?? outcome.account)
}
