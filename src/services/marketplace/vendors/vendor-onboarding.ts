import type { VendorRow } from '#entities/marketplace/vendor.entity.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { transfers } from '../payouts/pay-out-vendor.js'
import { requireVendorAccess } from '../model/vendor.js'

export interface OnboardingState {
  /** True if the operator sends transfers. */
  readonly transfersEnabled: boolean
  readonly payoutAccountId: string | null
  /** True if transfers reach the vendor. Null if the provider is not responding. */
  readonly payoutsEnabled: boolean | null
}

/** Returns whether transfers can reach a vendor, and changes nothing. Requires the vendor or an operator. */
export async function vendorOnboarding(
  context: BillingContext,
  vendor: Pick<VendorRow, 'accountId' | 'payoutAccountId'>,
): Promise<OnboardingState> {
  await requireVendorAccess(context, vendor)
  const { payoutAccountId } = vendor
  const port = transfers(context)
  if (!port || !payoutAccountId) return { transfersEnabled: port !== null, payoutAccountId, payoutsEnabled: false }
  const payee = await port.fetchPayee(payoutAccountId).catch((error: unknown) => {
    context.log.warn({ err: error }, 'the state of a payout account could not be read')
    return undefined
  })
  return {
    transfersEnabled: true,
    payoutAccountId,
    payoutsEnabled: payee === undefined ? null : (payee?.ready ?? false),
  }
}
