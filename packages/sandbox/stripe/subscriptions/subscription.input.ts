import { z } from 'zod'
import { boolean, clearable, currency, integer, metadata, text, unsupported } from '../api/fields.js'
import { discountInput } from '../discounts/redeem-discounts.js'
import { invoiceTermsInput } from '../invoices/invoice-terms.js'
import { priceData } from '../prices/price-data.js'

const quantity = integer.refine((value) => value >= 0 && value <= 999_999, 'must be between 0 and 999999')
const prorationBehavior = z.enum(['always_invoice', 'create_prorations', 'none'])
const paymentBehavior = z.enum([
  'allow_incomplete',
  'default_incomplete',
  'error_if_incomplete',
  'pending_if_incomplete',
])

/** Effect of a change on the billing date: `{type: now}` or `{type: unchanged}`. */
export const anchorChange = z.strictObject({ type: z.enum(['now', 'unchanged']) }).transform(({ type }) => type)

const trialEnd = z.union([z.literal('now'), integer])
const periodHelper = z.enum(['max_period_end', 'min_period_end'])

/** Billing parameters of an item's change, with the same names on items and on subscriptions. */
export const billingOfChange = {
  payment_behavior: paymentBehavior.optional(),
  proration_behavior: prorationBehavior.optional(),
  proration_date: integer.optional(),
}

/** Recurring price and quantity of a new item. */
export const itemFields = {
  price: text.optional(),
  price_data: priceData.optional(),
  quantity: quantity.optional(),
  metadata: metadata.optional(),
}

/** An item of an update: known by its id, or new. */
export const itemChange = z.strictObject({
  ...itemFields,
  id: text.optional(),
  deleted: boolean.optional(),
  clear_usage: unsupported,
})

/** One-time prices on the next invoice. */
const addInvoiceItem = z.strictObject({
  price: text.optional(),
  price_data: priceData.optional(),
  quantity: quantity.optional(),
  metadata: metadata.optional(),
})

const automaticTax = z.strictObject({ enabled: boolean, liability: unsupported })

const paymentSettings = z.strictObject({
  save_default_payment_method: z.enum(['off', 'on_subscription']).optional(),
  payment_method_types: z.union([z.literal(''), z.array(text)]).optional(),
  payment_method_options: unsupported,
})

/** Behavior at the end of a trial without a payment method. */
export const trialSettings = z.strictObject({
  end_behavior: z.strictObject({
    missing_payment_method: z.enum(['cancel', 'create_invoice', 'pause']),
    billing_cycle_anchor: unsupported,
  }),
})

/** Reason and comment of a cancellation. */
export const cancellationDetails = z.strictObject({
  comment: clearable.optional(),
  feedback: z
    .enum([
      'customer_service',
      'low_quality',
      'missing_features',
      'other',
      'switched_service',
      'too_complex',
      'too_expensive',
      'unused',
    ])
    .optional(),
  feedback_option: unsupported,
})

const shared = {
  add_invoice_items: z.array(addInvoiceItem).max(20).optional(),
  automatic_tax: automaticTax.optional(),
  cancel_at_period_end: boolean.optional(),
  ...invoiceTermsInput,
  default_payment_method: text.optional(),
  description: clearable.optional(),
  discounts: z.union([z.literal('').transform(() => []), discountInput]).optional(),
  metadata: metadata.optional(),
  off_session: boolean.optional(),
  payment_settings: paymentSettings.optional(),
  trial_end: trialEnd.optional(),
  trial_settings: trialSettings.optional(),
}

/** Input of a new subscription. */
export const subscriptionCreation = z.strictObject({
  ...shared,
  customer: text,
  items: z.array(z.strictObject(itemFields)).min(1).max(20),
  billing_cycle_anchor: integer.optional(),
  currency: currency.optional(),
  cancel_at: z.union([integer, periodHelper]).optional(),
  billing_mode: z
    .strictObject({
      type: z.literal('flexible'),
      flexible: z.strictObject({ proration_discounts: z.literal('included').optional() }).optional(),
    })
    .optional(),
  payment_behavior: paymentBehavior.default('allow_incomplete'),
  proration_behavior: prorationBehavior.optional(),
  trial_period_days: integer.refine((value) => value >= 1 && value <= 730, 'must be between 1 and 730').optional(),
})

/** Writable fields of a subscription. */
export const subscriptionUpdate = z.strictObject({
  ...shared,
  ...billingOfChange,
  billing_cycle_anchor: anchorChange.optional(),
  cancel_at: z.union([z.literal('').transform(() => null), integer, periodHelper]).optional(),
  cancellation_details: cancellationDetails.optional(),
  items: z.array(itemChange).max(20).optional(),
  pause_collection: z
    .union([
      z.literal('').transform(() => null),
      z.strictObject({
        behavior: z.enum(['keep_as_draft', 'mark_uncollectible', 'void']),
        resumes_at: integer.optional(),
      }),
    ])
    .optional(),
})

/** The checked parameters of an update. */
export type SubscriptionUpdate = z.output<typeof subscriptionUpdate>

/** A changed or new item. */
export type ItemChange = z.output<typeof itemChange>

/** The checked parameters of a new subscription. */
export type SubscriptionCreation = z.output<typeof subscriptionCreation>
