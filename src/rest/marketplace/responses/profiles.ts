import { z } from 'zod'
import { checkout } from '#rest/billing/responses/billing.js'
import { price } from '#rest/responses/errors.js'
import { component, list, time } from '#rest/responses/fields.js'
import { externalId } from './integrations.js'

export const templateCheckoutResponse = component('TemplateCheckout', 'A checkout for a template.', {
  ...checkout,
  template_id: z.string(),
})

/** Stack codes with true. Existing clients look up a code. */
const stacks = z.record(z.string(), z.literal(true)) as z.ZodType<object, object>

const planInfo = component('PlanInfo', 'The plan of an account.', {
  name: z.string(),
  date_end: z.iso.date().nullable().describe('Day at whose end (UTC) the plan ends. Null if it does not.'),
  deployments_left: z.number().nullable().describe('Null if unlimited.'),
  supported_stacks: stacks,
})

const profile = { plan: planInfo, purchased_templates: list(externalId) }

const ownedProduct = component('OwnedProduct', 'The product of an owned template.', {
  product_id: z.string().nullable(),
  product_type: z.literal('template'),
  code: z.string().nullable(),
  external_id: externalId,
  name: z.string().nullable(),
  price: z.string().nullable(),
  owned_since: time(),
})

const me = { _id: z.string(), email: z.string(), ...profile, products: list(ownedProduct) }

export const profileResponse = component('BillingStatus', 'Plan and templates of the account.', profile)

export const meResponse = z
  .union([
    component('UserProfile', 'Plan and templates of a user.', { ...me, user: z.strictObject(me) }),
    profileResponse,
  ])
  .describe('The profile of a user; a service receives only the plan and the templates.')

export const plansResponse = list(
  component('PlanDescription', 'A plan for sale.', {
    name: z.string().describe('Code of the plan.'),
    title: z.string(),
    rank: z.number(),
    prices: list(price),
    features: z
      .record(z.string(), z.union([z.number(), z.boolean(), z.literal('unlimited')]).nullable())
      .describe('Amount of each feature.'),
    supported_stacks: stacks,
  }),
).describe('Plans for sale.')
