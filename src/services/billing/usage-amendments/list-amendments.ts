import type { UsageAmendmentRow } from '#entities/entitlements/usage-amendment.entity.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { visibleEntitlementObject } from '#services/entitlements/snapshot/visible-entitlements.js'
import { entriesAt, operationPosition } from '#services/entitlements/usage/replay-result.js'
import { requireSignedIn } from '#services/identity/guard/guard.js'
import type { BillingContext } from '../billing-context.js'
import { amendmentsOf } from './usage-amendments.js'

/** A consumption with its amendments. */
export interface AmendedConsumption {
  /** Units that were consumed. */
  readonly amount: number
  /** Units that still count. */
  readonly remaining: number
  /** Oldest first. */
  readonly amendments: readonly UsageAmendmentRow[]
}

/** Amendments of a consumption, for callers who can read the entitlements of its account. */
export async function listAmendments(context: BillingContext, consumptionId: string): Promise<AmendedConsumption> {
  requireSignedIn(context)
  const place = await visibleEntitlementObject(context, operationPosition(consumptionId, 'csm'))
  const [first] = place ? await entriesAt(context.database, [place]) : []
  if (!place || first?.kind !== 'CONSUME' || first.key === null)
    throw new AppError('NOT_FOUND', 'Consumption not found.')
  const amendments = await amendmentsOf(context.database, [place])
  const amount = first.operationTotal!
  return { amount, remaining: amendments.at(-1)?.remaining ?? amount, amendments }
}
