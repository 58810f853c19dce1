import type { UpdateBillingDetailsInput } from '#schema/billing/billing-details.type.js'
import type { AccountOutcome } from '#services/identity/model/account-outcome.js'
import { requireAccount } from '#services/identity/model/guard.js'
import { denied } from '#services/kernel/result/denied.js'
import type { BillingContext } from '../model/billing-context.js'
import { consumeChangeRate } from '../model/checkout-rate.js'
import { changeDetails } from './change-details.js'
import { decideBillingDetails } from './decide-billing-details.js'

/** Changes name, address and tax IDs of an account, here and at its payment providers. */
export async function updateBillingDetails(
  context: BillingContext,
  { accountId, ...input }: UpdateBillingDetailsInput,
): Promise<AccountOutcome> {
  const account = await requireAccount(context, accountId, 'billing:manage')
  const limited = await consumeChangeRate(context, account.id)
  if (limited) return denied(limited)
  return changeDetails(context, account, (before) => decideBillingDetails(before, input))
}
