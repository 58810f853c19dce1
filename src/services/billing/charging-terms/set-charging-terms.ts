import type { StoredInvoiceTerms } from '#entities/identity/account.entity.js'
import type { SetChargingTermsInput } from '#schema/billing/charging-terms.type.js'
import { allProblems } from '#services/entitlements/model/all-problems.js'
import type { AccountOutcome } from '#services/identity/model/account-outcome.js'
import { requireAccount } from '#services/identity/model/guard.js'
import { validateReason } from '#services/kernel/denials/validate-reason.js'
import { denied } from '#services/kernel/result/denied.js'
import { changeDetails } from '../billing-details/change-details.js'
import { changeInvoiceTerms, validateInvoiceTerms } from '../invoice-terms/change-invoice-terms.js'
import type { BillingContext } from '../model/billing-context.js'
import { changeThreshold, validateThreshold } from '../overage-invoices/change-threshold.js'

/**
 * Changes how an account is charged. Terms that are missing stay, and present values have no effect. Terms that a payment provider keeps are the
 * last ones, so that a repeated call completes one that the provider interrupted.
 */
export async function setChargingTerms(context: BillingContext, input: SetChargingTermsInput): Promise<AccountOutcome> {
  const account = await requireAccount(context, input.accountId, 'account:read')
  const { taxExemption, overageThreshold } = input
  const invoiceTerms = invoiceTermsOf(input, account.invoiceTerms)
  const reason = input.reason.trim()
  const invalid = allProblems(
    overageThreshold ? validateThreshold(context, overageThreshold) : null,
    invoiceTerms ? validateInvoiceTerms(context, invoiceTerms) : null,
    validateReason(reason),
  )
  if (invalid) return denied(invalid)
  const wrongCurrency =
    overageThreshold === undefined ? null : await changeThreshold(context, account.id, overageThreshold, reason)
  if (wrongCurrency) return denied(wrongCurrency)
  if (taxExemption) {
    const outcome = await changeDetails(context, account, (before) => ({ ...before, taxExemption }), reason)
    if (outcome.kind === 'denied') return outcome
  }
  const rejected =
    invoiceTerms === undefined ? null : await changeInvoiceTerms(context, account.id, invoiceTerms, reason)
  return rejected ? denied(rejected) : { kind: 'changed', account }
}

/** Pure: the terms of invoices after the change. Undefined: they stay. The days are 0 if they are missing. */
function invoiceTermsOf(
  { daysUntilDue, invoiceAccess }: SetChargingTermsInput,
  present: StoredInvoiceTerms | null,
): StoredInvoiceTerms | null | undefined {
  if (daysUntilDue === null || (daysUntilDue === undefined && !invoiceAccess)) return daysUntilDue
  return {
    daysUntilDue: daysUntilDue ?? present?.daysUntilDue ?? 0,
    access: invoiceAccess ?? present?.access ?? 'FROM_START',
  }
}
