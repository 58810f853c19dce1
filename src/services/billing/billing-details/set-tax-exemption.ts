import type { SetTaxExemptionArgs } from '#schema/billing/billing-details.type.js'
import type { AccountOutcome } from '#services/identity/model/account-outcome.js'
import { requireAccount } from '#services/identity/model/guard.js'
import { refusedInput } from '#services/kernel/denials/denial.js'
import { denied } from '#services/kernel/result/denied.js'
import { lineIssues } from '#services/kernel/validation/line-issues.js'
import type { BillingContext } from '../model/billing-context.js'
import { changeDetails } from './change-details.js'

const MAX_REASON = 500

/** Decides for an account whether taxes are charged, here and at its payment providers. */
export async function setTaxExemption(
  context: BillingContext,
  { accountId, exemption: taxExemption, reason }: SetTaxExemptionArgs,
): Promise<AccountOutcome> {
  const account = await requireAccount(context, accountId, 'account:read')
  const [issue] = lineIssues(['reason'], reason, MAX_REASON)
  if (issue) return denied(refusedInput([issue]))
  return changeDetails(context, account, (before) => ({ ...before, taxExemption }), reason)
}
