import type { BillingContext } from '../model/billing-context.js'
import { runAmendment, type AmendmentOutcome, type AmendmentRequest } from './run-amendment.js'

/** Returns all units of a consumption. */
export const voidUsage = (
  context: BillingContext,
  input: Omit<AmendmentRequest, 'amount'>,
): Promise<AmendmentOutcome> => runAmendment(context, 'voidUsage', { ...input, amount: 0 })
