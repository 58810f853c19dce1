import { requireOperator } from '#services/identity/guard/guard.js'
import type { BillingContext } from '#services/billing/billing-context.js'
import { type ChangedVendor, changeVendor, updateVendor, publishVendorEvent } from './change-vendor.js'

/** An operator has checked who a vendor is, or takes that back. */
export async function verifyVendor(
  context: BillingContext,
  { vendorId, verified }: { readonly vendorId: string; readonly verified: boolean },
): Promise<ChangedVendor> {
  requireOperator(context, 'ops:write')
  return changeVendor(context, vendorId, async (transaction, vendor) => {
    const now = await updateVendor(transaction, vendor.id, { verified })
    const type = verified ? 'vendor.verified' : 'vendor.unverified'
    const summary = verified ? 'The vendor was verified by an operator.' : 'The vendor is no longer verified.'
    await publishVendorEvent(context, transaction, now, { type, summary })
    return now
  })
}
