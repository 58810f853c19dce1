import type { VoidUsageInput } from '#schema/billing/usage-amendment.type.js'
import type { BillingContext } from '../model/billing-context.js'
import { runAmendment, type AmendmentOutcome } from './run-amendment.js'

/** Returns all units of a consumption. */
export const voidUsage = (context: BillingContext, input: VoidUsageInput): Promise<AmendmentOutcome> =>
  runAmendment(context, 'voidUsage', { ...input, amount: 0 })
