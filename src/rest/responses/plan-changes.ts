import { z } from 'zod'
import { entitlement } from './entitlements.js'
import { price } from './errors.js'
import { component, list, lowerCaseOf, time, wholeNumber } from './fields.js'
import { money } from './money.js'

/** Status of a subscription. */
export const subscriptionStatus = lowerCaseOf(
  'TRIALING',
  'ACTIVE',
  'PAST_DUE',
  'UNPAID',
  'PAUSED',
  'INCOMPLETE',
  'INCOMPLETE_EXPIRED',
  'CANCELED',
)

const unusedTime = lowerCaseOf('CREDIT', 'NONE').describe('Policy of the catalog that determines the credit.')

const line = component('InvoiceLine', 'One line item of an invoice.', {
  description: z.string().describe('Description from the provider.'),
  money: money.describe('Amount of the line before discounts. Negative for credits.'),
  discount: money.nullable().describe('Amount that discounts take off the line. Null if none.'),
  quantity: wholeNumber().nullable().describe('Null if the line has none.'),
  proration: z.boolean().describe('Whether the line charges or credits part of a period after a change.'),
  period_start: time().nullable().describe('Start of the billed period (business clock). Null if none.'),
  period_end: time().nullable().describe('End of the billed period (business clock). Null if none.'),
})

const discount = component(
  'Discount',
  'A discount of a subscription, as last read from the provider. It has either `percent_off` or `amount_off`.',
  {
    code: z.string().nullable().describe('Promotion code that was redeemed. Null for a coupon without a code.'),
    name: z.string().nullable().describe('Name of the coupon, which invoices show. Null if it has none.'),
    percent_off: z.number().nullable().describe('Percentage that is taken off. Null for a fixed amount.'),
    amount_off: money.nullable().describe('Amount that is taken off each invoice. Null for a percentage.'),
    duration: lowerCaseOf('ONCE', 'REPEATING', 'FOREVER').describe(
      'Invoices that it reduces: the next one, every one until `ends_at`, or every one.',
    ),
    ends_at: time().nullable().describe('End of the discount (business clock). Null unless repeating.'),
  },
)

export const subscriptionResponse = component('Subscription', 'A recurring subscription to a plan, with its add-ons.', {
  id: z.string(),
  account_id: z.string(),
  provider: lowerCaseOf('STRIPE', 'PAYPAL'),
  status: subscriptionStatus,
  plan: z.string().describe('Code of the plan.'),
  quantity: wholeNumber().describe('Units of a plan that is priced by the unit, otherwise 1.'),
  items: list(
    component('SubscriptionItem', 'One item of a subscription: the plan or an add-on.', {
      package: z.string().nullable().describe('Code of the package of an add-on. Null for the plan.'),
      price: price.describe('Price of one unit.'),
      quantity: wholeNumber(),
    }),
  ).describe('The plan first, then the add-ons.'),
  discounts: list(discount).describe('Discounts on its invoices, in the order in which they are applied.'),
  current_period_start: time().nullable().describe('Start of the period (business clock). Null before the first.'),
  current_period_end: time().nullable().describe('End of the period (business clock). Null before the first.'),
  trial_end: time().nullable().describe('End of the trial (business clock). Null without one.'),
  cancel_at: time().nullable().describe('Time of a scheduled cancellation (business clock). Null if not scheduled.'),
  grace_until: time()
    .nullable()
    .describe('End of the grace period for an unpaid invoice (business clock). Null if nothing is overdue.'),
  suspended_at: time()
    .nullable()
    .describe(
      'Start of the suspension of its entitlements, while the payment of the running period is disputed (business clock). Null if it is not suspended.',
    ),
  scheduled_change: component('ScheduledChange', 'A change that is scheduled for the end of the paid period.', {
    plan: z.string().describe('Code of the plan after the change.'),
    price: price.describe('Price of one unit after the change.'),
    quantity: wholeNumber(),
    effective_at: time().describe('Time the change takes effect (business clock).'),
    promotion_code: z
      .string()
      .nullable()
      .describe('Promotion code that is redeemed when the change takes effect. Null without one.'),
  })
    .nullable()
    .describe('Null if none is scheduled.'),
  unused_time_credit: money.nullable().describe('Credit for unused time from the latest change. Null if none.'),
})

export const currentSubscriptionResponse = component('CurrentSubscription', 'The subscription of an account.', {
  account_id: z.string(),
  subscription: subscriptionResponse.nullable().describe('Null if there is none.'),
})

export const planChangePreviewResponse = component('PlanChangePreview', 'Cost and effect of a change of plan.', {
  effective_at: time().describe('Time the change would take effect (business clock).'),
  due_now: money.describe('Amount due now, as calculated by the provider. Zero for a change at period end.'),
  credit: money.describe('Credit for unused time from the change. Zero if none.'),
  unused_time: unusedTime,
  lines: list(line).describe('Line items of the next affected invoice. Credit for unused time comes first.'),
  next_amount: money.nullable().describe('First regular amount after the change. Null if there is none.'),
  next_date: time().nullable().describe('Date of that payment (business clock). Null if there is none.'),
  begins_period: z
    .boolean()
    .describe(
      'Whether a new period begins with the change and is charged in full, after the credit: for another interval, at the end of a trial, and for higher terms after lower ones in the same period. The windows of quotas stay as they are.',
    ),
  entitlements_before: list(entitlement).describe('Current entitlements.'),
  entitlements_after: list(entitlement).describe('Entitlements after the change, with current usage.'),
})

export const planChangedResponse = component('PlanChanged', 'An accepted change of plan.', {
  effective_at: time().describe('Time the change takes effect (business clock).'),
  action_url: z
    .string()
    .nullable()
    .describe('Page where the buyer confirms the payment; until then nothing has changed. Null if not needed.'),
  credit: money.nullable().describe('Credit for unused time. Null if none, or if the change is not in effect yet.'),
  subscription: subscriptionResponse,
})

export const cancellationPreviewResponse = component('CancellationPreview', 'Effect of a cancellation.', {
  effective_at: time().describe('Time the subscription would end (business clock).'),
  credit: money.describe('Credit for unused time. Zero for a cancellation at period end.'),
  due: money.describe(
    'Amount that is charged for the used part of a period whose invoice is unpaid, in place of that invoice. Zero if all is paid, and for a cancellation at period end.',
  ),
  unused_time: unusedTime,
  lines: list(line).describe('Parts of the credit as negative amounts, and parts of the charge as positive ones.'),
  as_refund: z
    .boolean()
    .describe('Whether the credit is paid as a refund, because the provider keeps no credit balance.'),
})
