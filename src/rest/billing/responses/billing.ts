import { z } from 'zod'
import { component } from '#rest/responses/fields.js'

/** Members of a checkout for the pages of the integrations. */
export const checkout = {
  checkout_url: z.string().nullable().describe('Page on which the buyer pays. Null if nothing is to be paid.'),
  session_id: z.string().nullable().describe('ID of the session at the provider.'),
  payment_id: z.string().describe('ID of the checkout.'),
}

export const checkoutResponse = component('CheckoutPage', 'A checkout for a plan.', checkout)

export const receivedEvent = z
  .strictObject({
    received: z.literal(true),
    state: z.string().describe('Processing state of the event.'),
    duplicate: z.boolean().describe('Whether the event was received before.'),
  })
  .describe('The event is stored.')
