import { z } from 'zod'
import { component, list, wordOf } from '#rest/responses/fields.js'

/** ID of an object in the service that manages it. */
export const externalId = z.union([z.string(), z.number()])

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
