import { z } from 'zod'
import { denialItem } from './errors.js'
import { component, list, lowerCaseOf, time, wholeNumber } from './fields.js'
import { money } from './money.js'

const stop = lowerCaseOf(
  'DECLINED',
  'AUTHENTICATION_REQUIRED',
  'NO_PAYMENT_METHOD',
  'PRICE_CHANGED',
  'NOT_FOR_SALE',
  'REVERSED',
  'DISPUTED',
  'UNKNOWN_RESULT',
).nullable()

export const autoTopUpPreviewResponse = component(
  'AutoTopUpPreview',
  'Effect of an automatic top-up before it is set.',
  {
    allowed: z.boolean(),
    feature: z
      .string()
      .nullable()
      .describe('Feature that the pack grants. Null if the pack cannot be bought automatically.'),
    price: money.nullable().describe('Price of one top-up, to be confirmed as `price`. Null without a pack.'),
    max_price_per_month: money
      .nullable()
      .describe('Most that top-ups cost in a calendar month. Null for invalid terms.'),
    units: wholeNumber().nullable().describe('Units that one top-up grants. Null without a pack.'),
    balance: wholeNumber().nullable().describe('Present balance. Null if unlimited, and without a pack.'),
    charges_now: z
      .boolean()
      .describe('Whether the first top-up follows immediately, because the balance is below the threshold.'),
    provider: lowerCaseOf('STRIPE', 'PAYPAL')
      .nullable()
      .describe('Provider that charges it. Null if the terms are denied.'),
    payment_method: z
      .string()
      .nullable()
      .describe('Payment method that is charged, for example `Visa ending in 4242`. Null if the terms are denied.'),
    denial: denialItem.nullable(),
  },
)

export const autoTopUpsResponse = component('AutoTopUps', 'Automatic top-ups of an account.', {
  account_id: z.string(),
  auto_top_ups: list(
    component('AutoTopUp', 'A pack that is bought when the balance of a feature falls below a threshold.', {
      feature: z.string(),
      package: z.string(),
      quantity: wholeNumber().describe('Number of packs in one top-up.'),
      threshold: wholeNumber().describe('Units below which the balance causes a top-up.'),
      price: money.describe('Most that one top-up costs.'),
      max_per_month: wholeNumber().describe('Most top-ups in a calendar month (UTC).'),
      used_this_month: wholeNumber().describe('Top-ups of the present month that were paid or are in progress.'),
      status: lowerCaseOf('ACTIVE', 'CHARGING', 'WAITING', 'STOPPED').describe(
        '`waiting`: the month has no top-up left. `stopped`: nothing is charged until it is set again.',
      ),
      stop_reason: stop.describe('Cause for which it stopped. Null if it did not.'),
      stopped_at: time().nullable().describe('Time at which it stopped (business clock). Null if it did not.'),
    }),
  ).describe('Stopped ones included.'),
  top_ups: list(
    component('TopUp', 'One automatic purchase of a pack.', {
      id: z.string(),
      feature: z.string(),
      status: lowerCaseOf('WAITING', 'CHARGING', 'PENDING', 'PAID', 'FAILED', 'SKIPPED'),
      failure_reason: stop.describe('Cause of a failure. Null without one.'),
      price: money.describe('Amount of the charge.'),
      created_at: time().describe('Time at which the balance was processed (business clock).'),
      completed_at: time().nullable().describe('Time of the result (business clock). Null before.'),
    }),
  ).describe('Latest 20 top-ups, newest first.'),
})
