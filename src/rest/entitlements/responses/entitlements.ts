import { z } from 'zod'
import { denialItem } from '#rest/responses/errors.js'
import { component, list, lowerCaseOf, time, wholeNumber } from '#rest/responses/fields.js'

/** A source of units, with how many. */
export const source = {
  kind: lowerCaseOf('PLAN', 'ADDON', 'PACKAGE', 'ROLLOVER', 'OVERRIDE', 'POOL', 'OVERAGE'),
  code: z.string().nullable().describe('Null for an override.'),
  reason: z.string().nullable().describe('Reason of an override.'),
  amount: wholeNumber().nullable(),
  unlimited: z.boolean(),
  expires_at: time().nullable(),
}

const overagePrice = {
  price: z.string().describe('Price of `per` units, as a decimal. With tiers, that of the first one that has a price.'),
  per: wholeNumber(),
  currency: z.string(),
  summary: z.string().describe('Price with all tiers as text. For an operation, its units by tier.'),
}

const overageCharges = list(
  component('OverageCharge', 'Units that were beyond the allowance, and their cost.', {
    plan: z.string(),
    units: wholeNumber(),
    ...overagePrice,
    cost: z.string().describe('Cost of the units, as a decimal.'),
    window_start: time(),
  }),
)
  .optional()
  .describe('Absent if no units were beyond the allowance.')

export const entitlementSource = component(
  'EntitlementSource',
  'The plan, add-on, package or override that grants an entitlement.',
  source,
)

const state = {
  feature: z.string(),
  kind: lowerCaseOf('BOOLEAN', 'LIMIT', 'QUOTA', 'RATE', 'CREDIT'),
  granted: z.boolean(),
  unlimited: z.boolean(),
  limit: wholeNumber().nullable().describe('Null if unlimited or not counted.'),
  used: wholeNumber(),
  reserved: wholeNumber(),
  remaining: wholeNumber().nullable(),
  resets_at: time().nullable(),
  percent: z.number().nullable(),
  near_limit: z.boolean(),
  sources: list(entitlementSource),
  overage: component('EntitlementOverage', 'Use beyond the allowance and all packs, at a price.', {
    plan: z.string(),
    ...overagePrice,
    cap: wholeNumber().describe('Most units beyond the allowance in a window.'),
    used: wholeNumber(),
    reserved: wholeNumber(),
    remaining: wholeNumber(),
    cost: z.string().describe('Cost of the used units, as a decimal.'),
  })
    .optional()
    .describe('Absent if such use is denied.'),
}

/** The state of one feature for one account. */
export const entitlement = component('Entitlement', 'Permission and amount of one feature for one account.', {
  ...state,
  revision: wholeNumber().describe('Revision of the account.'),
})

/** The state that a change would lead to. It belongs to no version of the account. */
export const previewedEntitlement = component(
  'EntitlementPreview',
  'Permission and amount of one feature after a change that is not made yet.',
  state,
)

const decidedBy = lowerCaseOf('OPEN', 'CLOSED')
  .optional()
  .describe('Failure policy that decided while the database was unavailable.')

/** The price of work. */
export const usagePrice = component('UsagePrice', 'Price of work by a rate card, and how it came about.', {
  units: wholeNumber().describe('Price in units of the feature.'),
  card_version: wholeNumber(),
  dimensions: z.record(z.string(), z.string()),
  lines: list(
    z.strictObject({
      line: z.string().describe('Line of the rate card: the quantity and its conditions.'),
      quantity: z.string(),
      amount: wholeNumber(),
      before: wholeNumber().describe('Amount that the line counted in the window before.'),
      factor: z.string(),
      exact: z.string().describe('Exact price in units, as a decimal.'),
      units: wholeNumber(),
    }),
  ),
  minimum: wholeNumber().nullable(),
  plan: z.string().nullable(),
  window_start: time(),
  overage: z
    .strictObject({ policy: lowerCaseOf('CAP', 'OVERFLOW'), units: wholeNumber() })
    .nullable()
    .describe('Treatment of units that were not available in a commit.'),
  explain: list(z.string()).describe('Steps of the price.'),
})

const priceOfWork = usagePrice.optional().describe('Only for work.')

export const planCheckResponse = component('PlanCheck', 'Result of a check whether an account has a plan.', {
  allowed: z.boolean(),
  denial: denialItem.nullable(),
})

export const checkResponse = component('EntitlementCheck', 'Result of a check, also for a denial.', {
  allowed: z.boolean(),
  entitlement: entitlement.nullable(),
  denial: denialItem.nullable(),
  explain: list(z.string()).describe('Steps of the decision.'),
  price: priceOfWork,
  decided_by: decidedBy,
})

export const consumptionResponse = component('Consumption', 'Units that were consumed.', {
  id: z.string(),
  feature: z.string(),
  amount: wholeNumber(),
  taken: list(z.strictObject({ ...source, amount: wholeNumber() })).describe('Units per source.'),
  at: time(),
  overage: overageCharges,
  late: z.literal(true).optional().describe('There if it was committed after its reservation had ended by its time.'),
  estimated: z.literal(true).optional().describe('There if the end of a reservation consumed its estimate.'),
  properties: z.record(z.string(), z.string()).optional().describe('Properties of the use. Absent without any.'),
  provider_cost: z
    .string()
    .optional()
    .describe('Cost in US dollars that the provider of the work reported. Absent if it reported none.'),
  debt: wholeNumber().optional().describe('Units that were not available and became debt. Absent if there are none.'),
  price: priceOfWork,
  decided_by: decidedBy,
  entitlement,
})

export const reservationResponse = component('Reservation', 'Units that are held until they are used or released.', {
  id: z.string(),
  feature: z.string(),
  amount: wholeNumber(),
  status: lowerCaseOf('HELD', 'COMMITTED', 'RELEASED', 'EXPIRED'),
  expires_at: time(),
  on_expiry: lowerCaseOf('RELEASE', 'COMMIT', 'COMMIT_ESTIMATE'),
  estimate: wholeNumber().nullable().describe('Units that are used so far, by the latest estimate.'),
  price: priceOfWork,
  entitlement,
})

export const allocationResponse = component('Allocation', 'A resource that counts against a limit, or no longer.', {
  feature: z.string(),
  resource_id: z.string(),
  allocated: z.boolean(),
  entitlement,
})
