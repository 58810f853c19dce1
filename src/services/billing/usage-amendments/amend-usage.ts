import type { BillingContext } from '../model/billing-context.js'
import { runAmendment, type AmendmentOutcome, type AmendmentRequest } from './run-amendment.js'

/** Reduces the units of a consumption that count. */
export const amendUsage = (context: BillingContext, input: AmendmentRequest): Promise<AmendmentOutcome> =>
  runAmendment(context, 'amendUsage', input)
