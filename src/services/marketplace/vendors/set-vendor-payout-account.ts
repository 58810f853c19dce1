import { violatedConstraint } from '#services/kernel/database/database.js'
import { refused } from '#services/kernel/denials/denial.js'
import { denied } from '#services/kernel/result/denied.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { transfers } from '../payouts/validate-payout.js'
import {
  type VendorChange,
  type VendorOutcome,
  changeVendor,
  updateVendor,
  publishVendorEvent,
} from './change-vendor.js'

export interface SetVendorPayoutAccount extends VendorChange {
  readonly payoutAccountId: string | null
}

/** An operator says where a vendor's transfers go: a connected account of the provider that exists. Null: nowhere. */
export async function setVendorPayoutAccount(
  context: BillingContext,
  input: SetVendorPayoutAccount,
): Promise<VendorOutcome> {
  const { payoutAccountId } = input
  if (payoutAccountId !== null) {
    const port = transfers(context)
    if (!port)
      return denied(
        refused('PROVIDER_UNAVAILABLE', 'Transfers are disabled (VENDOR_PAYOUTS is not stripe).', {
          field: 'payoutAccountId',
        }),
      )
    if (!/^acct_\w{1,100}$/.test(payoutAccountId) || !(await port.fetchPayee(payoutAccountId)))
      return denied(
        refused('INVALID_PARAMETERS', 'Payout account not found at the provider.', { field: 'payoutAccountId' }),
      )
  }
  try {
    return await changeVendor(context, 'setVendorPayoutAccount', input, async (transaction, vendor) => {
      const now = await updateVendor(transaction, vendor.id, { payoutAccountId })
      await publishVendorEvent(context, transaction, now, {
        type: 'vendor.payout_account_changed',
        summary: 'Where your share is sent was changed.',
      })
      return now
    })
  } catch (error) {
    if (violatedConstraint(error) !== 'vendor_payout_account') throw error
    return denied(
      refused('INVALID_PARAMETERS', 'This payout account belongs to another vendor.', { field: 'payoutAccountId' }),
    )
  }
}
