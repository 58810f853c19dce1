import { z } from 'zod'
import { boolean, currency, email, integer, metadata, text, url } from '../api/fields.js'
import { priceData } from '../prices/price-data.js'
import { trialSettings } from '../subscriptions/subscription.input.js'

const quantity = integer.refine((value) => value >= 1 && value <= 999_999, 'must be between 1 and 999999')

const lineItem = z.strictObject({
  price: text.optional(),
  price_data: priceData.optional(),
  quantity: quantity.optional(),
  adjustable_quantity: z
    .strictObject({ enabled: boolean, minimum: integer.optional(), maximum: integer.optional() })
    .optional(),
  metadata: metadata.optional(),
})

const subscriptionData = z.strictObject({
  metadata: metadata.optional(),
  description: text.optional(),
  trial_period_days: integer.refine((value) => value >= 1 && value <= 730, 'must be between 1 and 730').optional(),
  trial_end: integer.optional(),
  trial_settings: trialSettings.optional(),
  billing_mode: z.strictObject({ type: z.literal('flexible') }).optional(),
})

const paymentIntentData = z.strictObject({
  metadata: metadata.optional(),
  description: text.optional(),
  setup_future_usage: z.enum(['off_session', 'on_session']).optional(),
})

const automaticChoice = z.enum(['auto', 'never']).optional()

const picture = z.strictObject({ type: z.literal('url'), url })

/**
 * Input of a new checkout session. Deprecated values (`ui_mode: hosted`, `payment_method_types`) are rejected, as
 * Stripe does.
 */
export const checkoutSessionInput = z.strictObject({
  mode: z.enum(['payment', 'setup', 'subscription']),
  ui_mode: z.literal('hosted_page').default('hosted_page'),
  line_items: z.array(lineItem).min(1).max(100).optional(),
  currency: currency.optional(),
  customer: text.optional(),
  customer_email: email.optional(),
  customer_creation: z.enum(['always', 'if_required']).optional(),
  customer_update: z
    .strictObject({ address: automaticChoice, name: automaticChoice, shipping: automaticChoice })
    .optional(),
  client_reference_id: z.string().max(200).optional(),
  metadata: metadata.optional(),
  subscription_data: subscriptionData.optional(),
  payment_intent_data: paymentIntentData.optional(),
  setup_intent_data: z.strictObject({ metadata: metadata.optional(), description: text.optional() }).optional(),
  payment_method_collection: z.enum(['always', 'if_required']).optional(),
  allow_promotion_codes: boolean.optional(),
  discounts: z
    .array(z.strictObject({ coupon: text.optional(), promotion_code: text.optional() }))
    .max(1)
    .optional(),
  automatic_tax: z.strictObject({ enabled: boolean }).optional(),
  tax_id_collection: z
    .strictObject({ enabled: boolean, required: z.enum(['if_supported', 'never']).optional() })
    .optional(),
  billing_address_collection: z.enum(['auto', 'required']).optional(),
  phone_number_collection: z.strictObject({ enabled: boolean }).optional(),
  locale: text.optional(),
  managed_payments: z.strictObject({ enabled: boolean.optional() }).optional(),
  branding_settings: z
    .strictObject({
      background_color: text.optional(),
      border_style: z.enum(['pill', 'rectangular', 'rounded']).optional(),
      button_color: text.optional(),
      display_name: text.optional(),
      icon: picture.optional(),
      logo: picture.optional(),
    })
    .refine(({ icon, logo }) => !icon || !logo, 'cannot set both logo and icon')
    .optional(),
  submit_type: z.enum(['auto', 'book', 'donate', 'pay', 'subscribe']).optional(),
  expires_at: integer.optional(),
  success_url: url.optional(),
  cancel_url: url.optional(),
})

/** The checked parameters of a new session. */
export type CheckoutSessionParameters = z.output<typeof checkoutSessionInput>
