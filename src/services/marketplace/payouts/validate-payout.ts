import { isOneLine } from '#services/kernel/text/one-line.js'
import type { VendorPayoutRow } from '#entities/marketplace/vendor-payout.entity.js'
import type { VendorRow } from '#entities/marketplace/vendor.entity.js'
import { isPostgresSafe } from '#services/kernel/database/postgres-safe-json.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { validateReason } from '#services/kernel/denials/validate-reason.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import type { PayoutPort } from '#services/billing/providers/payout-port.js'

const MAX_REFERENCE_LENGTH = 200

export interface PayOutVendor {
  readonly vendorId: string
  readonly currency: string
  readonly method: VendorPayoutRow['method']
  /** Reference of a manual payout, as shown on the bank statement. */
  readonly reference?: string | null
  /** Reason of the operator, for the audit log. */
  readonly reason: string
  readonly idempotencyKey: string
}

/** Port for transfers. Null if the operator has disabled them. */
export const transfers = (context: BillingContext): PayoutPort | null =>
  context.settings.VENDOR_PAYOUTS === 'stripe' ? (context.providers.STRIPE?.payouts ?? null) : null

/** Validates the input of a payout. Null if it is valid. */
export function validatePayout({ method, reference, reason }: PayOutVendor): Refused | null {
  const fault = validateReason(reason)
  if (fault) return fault
  if (method === 'MANUAL' && !reference?.trim())
    return refused(
      'INVALID_PARAMETERS',
      'reference is required for a MANUAL payout: the reference of the bank transfer.',
      {
        field: 'reference',
      },
    )
  if (!reference || (reference.length <= MAX_REFERENCE_LENGTH && isPostgresSafe(reference) && isOneLine(reference)))
    return null
  return refused(
    'INVALID_PARAMETERS',
    `reference must be a single line of at most ${MAX_REFERENCE_LENGTH} characters.`,
    {
      field: 'reference',
    },
  )
}

/** Checks that the provider can send transfers to a vendor. Null if it can. */
export async function checkPayoutAccount(context: BillingContext, vendor: VendorRow): Promise<Refused | null> {
  const port = transfers(context)
  if (!port)
    return refused(
      'PROVIDER_UNAVAILABLE',
      'Transfers are disabled (VENDOR_PAYOUTS is not stripe). Use the MANUAL method.',
      {
        field: 'method',
      },
    )
  if (!vendor.payoutAccountId)
    return refused('PROVIDER_UNAVAILABLE', `${vendor.name} has no payout account. Set one first.`, {
      field: 'vendorId',
    })
  const payee = await port.fetchPayee(vendor.payoutAccountId)
  if (payee?.ready) return null
  return refused('PROVIDER_UNAVAILABLE', `The connected account of ${vendor.name} cannot receive transfers yet.`, {
    field: 'vendorId',
  })
}
