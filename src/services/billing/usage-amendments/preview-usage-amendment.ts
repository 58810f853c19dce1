import type { AmendmentInvoiceEffect } from '#entities/entitlements/usage-amendment.entity.js'
import type { Denial } from '#services/kernel/denials/denial.js'
import { plannedReason } from '#services/kernel/denials/validate-reason.js'
import { reservationSource } from '#services/entitlements/usage/reservation-source.js'
import type { Deduction } from '#services/entitlements/usage/usage-operation.js'
import type { BillingContext } from '../model/billing-context.js'
import { authorizeAmendment, planAmendment } from './plan-amendment.js'

/** Effect of an amendment before it is made. */
export interface UsageAmendmentPreview {
  /** Null if it can be made. */
  readonly denial: Denial | null
  readonly amount: number
  readonly returned: readonly Deduction[]
  readonly lost: number
  readonly debtReduced: number
  /** Null if it is denied. */
  readonly invoiceEffect: AmendmentInvoiceEffect | null
}

interface PreviewedAmendment {
  readonly consumptionId: string
  readonly amount: number
  readonly reason: string | null
}

/** Decides an amendment without writing it. */
export async function previewUsageAmendment(
  context: BillingContext,
  { consumptionId, amount: wanted, reason }: PreviewedAmendment,
): Promise<UsageAmendmentPreview> {
  const consumption = await authorizeAmendment(context, consumptionId)
  const planned =
    plannedReason(reason) ??
    (await planAmendment(context, context.database, consumption, { wanted, reference: 'preview' }))
  if ('code' in planned)
    return { denial: planned, amount: 0, returned: [], lost: 0, debtReduced: 0, invoiceEffect: null }
  const { draft, feature, amount, lost, debtReduced, invoiceEffect } = planned
  const returned = planned.returned
    .filter(({ isOverage }) => !isOverage)
    .map((part) => ({
      source: reservationSource(context.catalog.current(), draft.snapshot, feature, part),
      amount: part.amount,
    }))
  return { denial: null, amount, returned, lost, debtReduced, invoiceEffect }
}
