import { z } from 'zod'
import type { NegotiatedPlanRow } from '../entities/billing/negotiated-plan.entity.js'
import type { RequestContext } from '../context/request-context.js'
import {
  negotiatedPlans,
  ordinaryPrice,
  statusOf,
  termsOf,
} from '../services/billing/negotiated-plans/negotiated-plans.js'
import {
  offerNegotiatedPlan,
  type NegotiatedPlanChanged,
} from '../services/billing/negotiated-plans/offer-negotiated-plan.js'
import { withdrawNegotiatedPlan } from '../services/billing/negotiated-plans/withdraw-negotiated-plan.js'
import { billingAccount } from '../services/billing/queries/visible-billing.js'
import { authenticate } from './authenticate.js'
import { account, name, ownAccount } from './entitlement-requests.js'
import { idempotencyKey, moment, text } from './field-types.js'
import { priceBody } from './money-bodies.js'
import { describeRoutes } from './openapi/route-description.js'
import { negotiatedPlanResponse, negotiatedPlansResponse } from './responses/negotiated-plans.js'
import { sendDenial, type RestHost } from './rest-context.js'
import type { RestApp } from './type-provider.js'

const reason = text(10_000).describe('Reason for the audit log, 1–500 characters. The account sees that of an offer.')

const listRequest = z.strictObject({ account_id: ownAccount })
const offerRequest = z.strictObject({
  account_id: account,
  plan: name.describe('Code of a paid plan that is for sale.'),
  amount_minor: z
    .int()
    .describe(
      'Price of one unit in one period, in minor units of the currency of the account: that of its subscription, otherwise of the catalog.',
    ),
  interval: z.enum(['month', 'year']).describe('Billing interval: one for which the catalog has a price of the plan.'),
  quantity: z.int().nullish().describe('Units of a plan that is priced by the unit, 1–10,000. Default: 1.'),
  periods: z.int().nullish().describe('Number of periods at this price, 1–120. Give either this or `until`.'),
  until: moment.nullish().describe('Periods that begin from then on have the ordinary price (business clock).'),
  accept_until: moment
    .nullish()
    .describe('Time until which the account can accept it (business clock). Default: in 30 days.'),
  reason,
  idempotency_key: idempotencyKey,
})
const withdrawRequest = z.strictObject({
  account_id: account,
  negotiated_plan_id: name.describe('ID of the negotiated plan.'),
  reason,
  idempotency_key: idempotencyKey,
})

/** Negotiated plans over REST: the same operations as in GraphQL. */
export function negotiatedPlanRoutes(host: RestHost) {
  return (app: RestApp): void => {
    const base = '/api/v1/billing'
    app.addHook('preValidation', authenticate(host))
    describeRoutes(app, { tag: 'Billing', access: 'bearer', errors: ['FORBIDDEN', 'NOT_FOUND'] })

    app.post(
      `${base}/negotiated-plans`,
      {
        schema: {
          operationId: 'listNegotiatedPlans',
          summary: 'Returns the plans at a price of the account, newest first, at most 100.',
          body: listRequest,
          example: { account_id: 'person:auth0|ann' },
          response: { 200: negotiatedPlansResponse },
        },
      },
      async ({ requestContext: context, body }) => {
        const { id } = await billingAccount(context, body.account_id)
        const rows = await negotiatedPlans(context, id)
        return { account_id: id, negotiated_plans: rows.flatMap((row) => negotiatedPlanBody(context, row) ?? []) }
      },
    )

    app.post(
      `${base}/offer-negotiated-plan`,
      {
        schema: {
          operationId: 'offerNegotiatedPlan',
          summary: 'Offers an account a plan at a price of its own, with an end.',
          description: 'Requires an operator.',
          body: offerRequest,
          example: {
            account_id: 'person:auth0|ann',
            plan: 'pro',
            amount_minor: 900,
            interval: 'month',
            periods: 12,
            reason: 'Agreed by phone',
            idempotency_key: 'offer-1',
          },
          response: { 200: negotiatedPlanResponse },
          errors: [
            'INVALID_AMOUNT',
            'INVALID_PARAMETERS',
            'INVALID_PLAN',
            'INVALID_PRICE',
            'TOO_MANY_OBJECTS',
            'IDEMPOTENCY_MISMATCH',
          ],
        },
      },
      async ({ requestContext: context, body }, reply) => {
        const outcome = await offerNegotiatedPlan(context, {
          accountId: body.account_id,
          plan: body.plan,
          amountMinor: body.amount_minor,
          interval: body.interval === 'year' ? 'YEAR' : 'MONTH',
          quantity: body.quantity ?? null,
          periods: body.periods ?? null,
          until: body.until ?? null,
          acceptUntil: body.accept_until ?? null,
          reason: body.reason,
          idempotencyKey: body.idempotency_key,
        })
        return outcome.kind === 'denied' ? sendDenial(context, reply, outcome.denial) : changed(context, outcome)
      },
    )

    app.post(
      `${base}/withdraw-negotiated-plan`,
      {
        schema: {
          operationId: 'withdrawNegotiatedPlan',
          summary: 'Withdraws a negotiated plan that was not accepted, and closes pages on which it could be paid.',
          description: 'The plan is active if a payment was first. Requires an operator.',
          body: withdrawRequest,
          example: {
            account_id: 'person:auth0|ann',
            negotiated_plan_id: 'ngp_1',
            reason: 'Too late',
            idempotency_key: 'withdraw-1',
          },
          response: { 200: negotiatedPlanResponse },
          errors: [
            'INVALID_PARAMETERS',
            'INVALID_TRANSITION',
            'NOT_FOR_SALE',
            'PROVIDER_UNAVAILABLE',
            'IDEMPOTENCY_MISMATCH',
          ],
        },
      },
      async ({ requestContext: context, body }, reply) => {
        const outcome = await withdrawNegotiatedPlan(context, {
          accountId: body.account_id,
          negotiatedPlanId: body.negotiated_plan_id,
          reason: body.reason,
          idempotencyKey: body.idempotency_key,
        })
        return outcome.kind === 'denied' ? sendDenial(context, reply, outcome.denial) : changed(context, outcome)
      },
    )
  }
}

const changed = (context: RequestContext, { row }: NegotiatedPlanChanged) => negotiatedPlanBody(context, row)!

/** Null if the catalog does not have the plan yet. */
function negotiatedPlanBody({ catalog, clock }: RequestContext, row: NegotiatedPlanRow) {
  const current = catalog.current()
  const terms = termsOf(current, row)
  if (!terms) return null
  const ordinary = ordinaryPrice(current, terms)
  return {
    id: row.id,
    status: statusOf(row, clock.now()).toLowerCase(),
    plan: terms.plan.code,
    price: priceBody(terms.price),
    quantity: terms.quantity,
    ordinary_price: ordinary && priceBody(ordinary),
    periods: row.periods,
    until: (row.endsAt ?? row.until)?.toISOString() ?? null,
    accept_until: row.acceptUntil.toISOString(),
    reason: row.reason,
    offered_at: row.offeredAt.toISOString(),
    started_at: row.startedAt?.toISOString() ?? null,
    ended_at: row.endedAt?.toISOString() ?? null,
  }
}
