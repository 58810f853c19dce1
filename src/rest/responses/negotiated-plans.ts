import { z } from 'zod'
import { price } from './errors.js'
import { component, list, lowerCaseOf, time, wholeNumber } from './fields.js'

export const negotiatedPlanResponse = component(
  'NegotiatedPlan',
  'A plan at a price that was offered to one account.',
  {
    id: z.string(),
    status: lowerCaseOf('OFFERED', 'EXPIRED', 'WITHDRAWN', 'ACTIVE', 'ENDED'),
    plan: z.string().describe('Code of the plan.'),
    price: price.describe('Price of one unit in one period.'),
    quantity: wholeNumber().describe('Units that the account accepts.'),
    ordinary_price: price
      .nullable()
      .describe('Price of the catalog that follows. Null if the catalog has none any more.'),
    periods: wholeNumber().nullable().describe('Number of periods at this price. Null if it ends at a time.'),
    until: time()
      .nullable()
      .describe(
        'Periods that begin from then on have the ordinary price (business clock). Null before the first period if `periods` is set.',
      ),
    accept_until: time().describe('Time until which the account can accept it (business clock).'),
    reason: z.string().nullable().describe('Reason of the operator. Null after the account was deleted.'),
    offered_at: time().describe('Time of the offer (business clock).'),
    started_at: time().nullable().describe('Start of the first period at this price (business clock). Null before.'),
    ended_at: time().nullable().describe('Time from which it is not paid any more (business clock). Null before.'),
  },
)

export const negotiatedPlansResponse = component('NegotiatedPlans', 'Plans at a price of one account.', {
  account_id: z.string(),
  negotiated_plans: list(negotiatedPlanResponse).describe('Newest first, at most 100.'),
})
