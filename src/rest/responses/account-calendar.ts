import { z } from 'zod'
import { price } from './errors.js'
import { component, list, lowerCaseOf, time, wholeNumber } from './fields.js'
import { money } from './money.js'

export const pendingPlansResponse = component('PendingPlans', 'Plans of an account that are not in effect yet.', {
  account_id: z.string(),
  pending_plans: list(
    component('PendingPlan', 'A plan that was chosen and is not in effect, with what is missing.', {
      id: z.string().describe('ID of the checkout or of the change.'),
      state: lowerCaseOf(
        'CREATING',
        'AWAITING_PAYMENT',
        'PROCESSING',
        'IN_REVIEW',
        'REQUESTED',
        'AWAITING_CONFIRMATION',
        'STARTS_LATER',
      ),
      missing: z.string().nullable().describe('Missing step, as a sentence. Null if there is none.'),
      plan: z.string().describe('Code of the plan.'),
      price: price.describe('Price of one unit.'),
      quantity: wholeNumber().describe('Units of a plan that is priced by the unit, otherwise 1.'),
      action_url: z
        .string()
        .nullable()
        .describe('Page on which the buyer pays or confirms. Null if nothing is to be done there.'),
      requested_at: time().describe('Time of the request (business clock).'),
      expires_at: time()
        .nullable()
        .describe('Time until which `action_url` can be used (business clock). Null without a limit.'),
      starts_at: time()
        .nullable()
        .describe('Time at which the plan begins (business clock). Null if it begins when nothing is missing.'),
      checkout_id: z.string().nullable().describe('ID of its checkout. Null for a change of a running subscription.'),
    }),
  ).describe('Newest first.'),
})

export const calendarResponse = component('Calendar', 'Known dates of an account.', {
  account_id: z.string(),
  entries: list(
    component('CalendarEntry', 'Something that happens to an account at a known time.', {
      kind: lowerCaseOf(
        'RENEWAL',
        'TRIAL_ENDS',
        'CANCELLATION',
        'PLAN_CHANGE',
        'PLAN_STARTS',
        'CHECKOUT_EXPIRES',
        'PAYMENT_ATTEMPT',
        'ACCESS_ENDS',
        'COMPED_PLAN_ENDS',
        'CREDITS_EXPIRE',
      ),
      at: time().describe('Time at which it happens (business clock).'),
      plan: z
        .string()
        .nullable()
        .describe('Code of the plan that begins, continues or ends. Null if it concerns no plan.'),
      money: money
        .nullable()
        .describe(
          'Amount: of a renewal before discounts, credit and taxes; of an open invoice what is left to pay. Null for others.',
        ),
      feature: z.string().nullable().describe('Feature of units that expire. Null for others.'),
      amount: wholeNumber().nullable().describe('Units that expire. Null for others.'),
    }),
  ).describe('Soonest first, at most 100.'),
})
