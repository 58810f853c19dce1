import type { VendorRow } from '#entities/marketplace/vendor.entity.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { transfers } from '../payouts/validate-payout.js'
import { requireVendorAccess } from '../model/vendor.js'

/** True if transfers reach the vendor; null if the provider is not responding. Requires the vendor or an operator. */
export async function payoutsEnabled(
  context: BillingContext,
  vendor: Pick<VendorRow, 'accountId' | 'payoutAccountId'>,
): Promise<boolean | null> {
  await requireVendorAccess(context, vendor)
  const { payoutAccountId } = vendor
  const port = transfers(context)
  if (!port || !payoutAccountId) return false
  const payee = await port.fetchPayee(payoutAccountId).catch((error: unknown) => {
    context.log.warn({ err: error }, 'the state of a payout account could not be read')
    return undefined
  })
  return payee === undefined ? null : (payee?.ready ?? false)
}
