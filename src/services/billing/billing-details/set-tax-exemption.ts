import type { SetTaxExemptionArgs } from '#schema/billing/billing-details.type.js'
import { validateReason } from '#services/kernel/denials/validate-reason.js'
import type { AccountOutcome } from '#services/identity/model/account-outcome.js'
import { requireAccount } from '#services/identity/model/guard.js'
import { denied } from '#services/kernel/result/denied.js'
import type { BillingContext } from '../model/billing-context.js'
import { changeDetails } from './change-details.js'

/** Decides for an account whether taxes are charged, here and at its payment providers. */
export async function setTaxExemption(
  context: BillingContext,
  { accountId, exemption: taxExemption, reason }: SetTaxExemptionArgs,
): Promise<AccountOutcome> {
  const account = await requireAccount(context, accountId, 'account:read')
  const invalid = validateReason(reason)
  if (invalid) return denied(invalid)
  return changeDetails(context, account, (before) => ({ ...before, taxExemption }), reason)
}
