import type { StoredInvoiceTerms } from '#entities/identity/account.entity.js'
import type { SetChargingTermsInput } from '#schema/billing/charging-terms.type.js'
import { allProblems } from '#services/entitlements/model/all-problems.js'
import type { AccountOutcome } from '#services/identity/model/account-outcome.js'
import { requireAccount } from '#services/identity/model/guard.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { validateReason } from '#services/kernel/denials/validate-reason.js'
import { denied } from '#services/kernel/result/denied.js'
import { changeDetails } from '../customers/change-details.js'
import {
  changeInvoiceTerms,
  validateInvoiceTerms,
  type InvoiceTermsChange,
} from '../invoice-terms/change-invoice-terms.js'
import type { BillingContext } from '../model/billing-context.js'
import { changeThreshold, checkThresholdCurrency, validateThreshold } from '../overage/change-threshold.js'

/**
 * Changes how an account is charged. Terms that are missing stay, and present values have no effect. Terms that a payment provider keeps are the
 * first ones, so that its denial leaves the threshold, which invoices use at once.
 */
export async function setChargingTerms(context: BillingContext, input: SetChargingTermsInput): Promise<AccountOutcome> {
  const account = await requireAccount(context, input.accountId, 'account:read')
  const { taxExemption, overageThreshold } = input
  const invoiceTerms = invoiceTermsOf(input)
  const reason = input.reason.trim()
  const invalid = allProblems(
    overageThreshold ? validateThreshold(context, overageThreshold) : null,
    invoiceTerms ? validateInvoiceTerms(context, invoiceTerms) : null,
    checkGiven(input, account.invoiceTerms),
    validateReason(reason),
  )
  if (invalid) return denied(invalid)
  const wrongCurrency = overageThreshold && (await checkThresholdCurrency(context, account.id, overageThreshold))
  if (wrongCurrency) return denied(wrongCurrency)
  if (taxExemption) {
    const outcome = await changeDetails(context, account, (before) => ({ ...before, taxExemption }), reason)
    if (outcome.kind === 'denied') return outcome
  }
  const rejected =
    (invoiceTerms === undefined ? null : await changeInvoiceTerms(context, account.id, invoiceTerms, reason)) ??
    (overageThreshold === undefined ? null : await changeThreshold(context, account.id, overageThreshold, reason))
  return rejected ? denied(rejected) : { kind: 'changed', account }
}

/** Pure: the change of the terms of invoices. Null: plans are charged. Undefined: the terms stay. */
function invoiceTermsOf({ daysUntilDue, invoiceAccess }: SetChargingTermsInput): InvoiceTermsChange | null | undefined {
  if (daysUntilDue === null) return null
  if (daysUntilDue === undefined && !invoiceAccess) return undefined
  return { daysUntilDue, access: invoiceAccess ?? undefined }
}

/** Pure: denial of an input without terms, or with the access of invoices that the account does not have. Null for others. */
function checkGiven(
  { taxExemption, daysUntilDue, invoiceAccess, overageThreshold }: SetChargingTermsInput,
  present: StoredInvoiceTerms | null,
): Refused | null {
  if (invoiceAccess && (daysUntilDue === null || (daysUntilDue === undefined && !present)))
    return refused('INVALID_PARAMETERS', 'invoiceAccess needs daysUntilDue.', { field: 'invoiceAccess' })
  return taxExemption || invoiceAccess || daysUntilDue !== undefined || overageThreshold !== undefined
    ? null
    : refused(
        'INVALID_PARAMETERS',
        'Give at least one of taxExemption, daysUntilDue, invoiceAccess and overageThreshold.',
        { field: 'taxExemption' },
      )
}
