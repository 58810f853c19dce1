import type { AmendUsageArgs } from '#schema/billing/usage-amendment.type.js'
import type { BillingContext } from '../model/billing-context.js'
import { runAmendment, type AmendmentOutcome } from './run-amendment.js'

/** Reduces the units of a consumption that count. */
export const amendUsage = (context: BillingContext, input: AmendUsageArgs): Promise<AmendmentOutcome> =>
  runAmendment(context, input)
