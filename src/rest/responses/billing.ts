import { z } from 'zod'
import { price } from './errors.js'
import { component, list, time, wordOf } from './fields.js'

const checkout = {
  checkout_url: z.string().nullable().describe('Page on which the buyer pays. Null if nothing is to be paid.'),
  session_id: z.string().nullable().describe('ID of the session at the provider.'),
  payment_id: z.string().describe('ID of the checkout.'),
}

export const checkoutResponse = component('CheckoutPage', 'A checkout for a plan.', checkout)
export const templateCheckoutResponse = component('TemplateCheckout', 'A checkout for a template.', {
  ...checkout,
  template_id: z.string(),
})

/** Stack codes with true. Existing clients look up a code. */
const stacks = z.record(z.string(), z.literal(true)) as z.ZodType<object, object>
const externalId = z.union([z.string(), z.number()])

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

const externalProduct = component('ExternalProduct', 'A product in the format of integrations.', {
  product_id: z.string(),
  product_type: z.string(),
  code: z.string(),
  external_id: externalId.nullable(),
  name: z.string(),
  price: z.string().nullable(),
  currency: z.string().nullable(),
  billing_cycle: wordOf('one_time', 'monthly', 'yearly').nullable(),
  is_active: z.boolean(),
  vendor_id: z.string().nullable(),
  vendor_user_id: z.string().nullable(),
  vendor_name: z.string().nullable(),
})

export const productsResponse = z
  .strictObject({
    _items: list(externalProduct),
    _meta: z.strictObject({ page: z.number(), max_results: z.number(), total: z.number() }),
  })
  .describe('One page of products.')

export const categoriesResponse = list(
  component('Category', 'A section of the marketplace.', {
    _id: externalId,
    name: z.string(),
    title: z.string(),
    priority: z.number().nullable(),
  }),
).describe('All categories.')

export const syncResponse = z
  .strictObject({ success: z.literal(true), message: z.string(), product_id: z.string().optional() })
  .describe('The change was applied, or was applied before.')

export const receivedEvent = z
  .strictObject({
    received: z.literal(true),
    state: z.string().describe('Processing state of the event.'),
    duplicate: z.boolean().describe('Whether the event was received before.'),
  })
  .describe('The event is stored.')
