import type { VerifyVendorArgs } from '#schema/marketplace/vendor-mutations.type.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { type VendorOutcome, changeVendor, updateVendor, publishVendorEvent } from './change-vendor.js'

/** An operator has checked who a vendor is, or takes that back. */
export async function verifyVendor(context: BillingContext, input: VerifyVendorArgs): Promise<VendorOutcome> {
  const { verified } = input
  return changeVendor(context, 'verifyVendor', input, async (transaction, vendor) => {
    const now = await updateVendor(transaction, vendor.id, { verified })
    const type = verified ? 'vendor.verified' : 'vendor.unverified'
    const summary = verified ? 'The vendor was verified by an operator.' : 'The vendor is no longer verified.'
    await publishVendorEvent(context, transaction, now, { type, summary })
    return now
  })
}
