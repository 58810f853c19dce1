import { z } from 'zod'
import { source } from './entitlements.js'
import { denialItem } from './errors.js'
import { component, list, lowerCaseOf, time, wholeNumber } from './fields.js'

const invoiceEffect = lowerCaseOf('NONE', 'NOT_REPORTED', 'NEXT_REPORT')
const effect = {
  amount: wholeNumber().describe('Units that are returned.'),
  returned: list(z.strictObject({ ...source, amount: wholeNumber() })).describe(
    'Returned units per source, the last deduction first. Without units that were debt.',
  ),
  lost: wholeNumber().describe('Returned units that cannot be used, because their grant had expired or was revoked.'),
  debt_reduced: wholeNumber().describe('Returned units that reduced the debt of the feature.'),
}

export const amendmentPreviewResponse = component(
  'UsageAmendmentPreview',
  'Effect of an amendment before it is made.',
  {
    allowed: z.boolean(),
    ...effect,
    invoice_effect: invoiceEffect.nullable().describe('Effect on invoices. Null if denied.'),
    denial: denialItem.nullable(),
  },
)

export const amendmentResponse = component('UsageAmendment', 'Units of a consumption that were returned later.', {
  id: z.string(),
  consumption_id: z.string(),
  feature: z.string(),
  ...effect,
  remaining: wholeNumber().describe('Units of the consumption that still count afterwards.'),
  invoice_effect: invoiceEffect.describe('Effect on invoices, as known at the time of the amendment.'),
  reason: z.string(),
  amended_by: z.string().describe('Operator or service.'),
  at: time(),
})

export const amendmentsResponse = component('UsageAmendments', 'A consumption with its amendments.', {
  consumption_id: z.string(),
  amount: wholeNumber().describe('Units that were consumed.'),
  remaining: wholeNumber().describe('Units that still count.'),
  amendments: list(amendmentResponse).describe('Oldest first.'),
})
