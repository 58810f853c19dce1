import type { BillingContext } from '#services/billing/model/billing-context.js'
import { openOverageOf, type OpenOverage } from '#services/billing/overage-invoices/open-overage.js'
import { creditBalanceOf } from '#services/billing/portal/credit-balance.js'
import { requireAccount } from '#services/identity/model/guard.js'
import { isUnavailable } from '#services/kernel/errors/app-error.js'
import type { Money } from '#services/kernel/money/money.js'

/** Costs of the deletion of an account. */
export interface DeletionPreview {
  /** Credit at the provider that ends with the account. Null if there is none, or if the provider does not respond. */
  readonly lostCredit: Money | null
  /** Use that is charged before the deletion. */
  readonly openCharges: readonly OpenOverage[]
}

/** Reads what the deletion of an account would cost now. */
export async function deletionPreviewOf(context: BillingContext, accountId: string): Promise<DeletionPreview> {
  await requireAccount(context, accountId, 'access:read')
  const [credit, openCharges] = await Promise.all([
    creditBalanceOf(context, accountId).catch(unlessUnavailable),
    openOverageOf(context, accountId),
  ])
  return { lostCredit: credit && credit.amountMinor > 0 ? credit : null, openCharges }
}

function unlessUnavailable(error: unknown): null {
  if (isUnavailable(error)) return null
  throw error
}
