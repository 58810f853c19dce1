import { z } from 'zod'
import type { RequestContext } from '../context/request-context.js'
import { compPlan, type CompChanged } from '../services/entitlements/plans/comp-plan.js'
import { compedPlansOfAccount } from '../services/entitlements/plans/comped-plans-of-account.js'
import { endCompedPlan } from '../services/entitlements/plans/end-comped-plan.js'
import { entitlementAccount } from '../services/entitlements/snapshot/visible-entitlements.js'
import { authenticate } from './authenticate.js'
import { account, name, ownAccount } from './entitlement-requests.js'
import { idempotencyKey, moment, text } from './field-types.js'
import { describeRoutes } from './openapi/route-description.js'
import { compedPlansResponse } from './responses/comped-plans.js'
import { sendDenial, type RestHost } from './rest-context.js'
import type { RestApp } from './type-provider.js'

const listRequest = z.strictObject({ account_id: ownAccount })
const compRequest = z.strictObject({
  account_id: account,
  plan: name.describe('Code of a paid plan that is above the one that the account pays for.'),
  quantity: z.int().nullish().describe('Units of a plan that is priced by the unit, 1–10,000. Default: 1.'),
  until: moment.describe('Time at which it ends (business clock).'),
  reason: text(10_000).describe('Reason for the audit log, 1–500 characters. The account sees it.'),
  idempotency_key: idempotencyKey,
})
const endRequest = z.strictObject({
  account_id: account,
  plan: name.describe('Code of the plan.'),
  reason: text(10_000).describe('Reason for the audit log, 1–500 characters.'),
  idempotency_key: idempotencyKey,
})

/** Complimentary plans over REST: the same operations as in GraphQL. */
export function compedPlanRoutes(host: RestHost) {
  return (app: RestApp): void => {
    const base = '/api/v1/billing'
    app.addHook('preValidation', authenticate(host))
    describeRoutes(app, { tag: 'Billing', access: 'bearer', errors: ['FORBIDDEN', 'NOT_FOUND'] })

    app.post(
      `${base}/comped-plans`,
      {
        schema: {
          operationId: 'listCompedPlans',
          summary: 'Returns the plans that an account has free of charge.',
          body: listRequest,
          example: { account_id: 'person:auth0|ann' },
          response: { 200: compedPlansResponse },
        },
      },
      async ({ requestContext: context, body }) =>
        compedPlansBody(context, (await entitlementAccount(context, body.account_id)).id),
    )

    app.post(
      `${base}/comp-plan`,
      {
        schema: {
          operationId: 'compPlan',
          summary: 'Gives an account a paid plan free of charge until a time, with a reason.',
          description: 'Replaces the complimentary plan of its group. Nothing is charged. Requires an operator.',
          body: compRequest,
          example: {
            account_id: 'person:auth0|ann',
            plan: 'pro',
            until: '2100-01-01T00:00:00Z',
            reason: 'Partner of the conference',
            idempotency_key: 'comp-1',
          },
          response: { 200: compedPlansResponse },
          errors: ['ALREADY_INCLUDED', 'INVALID_AMOUNT', 'INVALID_PARAMETERS', 'INVALID_PLAN', 'IDEMPOTENCY_MISMATCH'],
        },
      },
      async ({ requestContext: context, body }, reply) => {
        const outcome = await compPlan(context, {
          accountId: body.account_id,
          plan: body.plan,
          quantity: body.quantity ?? null,
          until: body.until,
          reason: body.reason,
          idempotencyKey: body.idempotency_key,
        })
        return outcome.kind === 'denied' ? sendDenial(context, reply, outcome.denial) : changed(context, outcome)
      },
    )

    app.post(
      `${base}/end-comped-plan`,
      {
        schema: {
          operationId: 'endCompedPlan',
          summary: 'Ends a complimentary plan early.',
          description: 'Requires an operator.',
          body: endRequest,
          example: {
            account_id: 'person:auth0|ann',
            plan: 'pro',
            reason: 'The conference is over',
            idempotency_key: 'comp-2',
          },
          response: { 200: compedPlansResponse },
          errors: ['INVALID_PARAMETERS', 'INVALID_TRANSITION', 'IDEMPOTENCY_MISMATCH'],
        },
      },
      async ({ requestContext: context, body }, reply) => {
        const outcome = await endCompedPlan(context, {
          accountId: body.account_id,
          plan: body.plan,
          reason: body.reason,
          idempotencyKey: body.idempotency_key,
        })
        return outcome.kind === 'denied' ? sendDenial(context, reply, outcome.denial) : changed(context, outcome)
      },
    )
  }
}

function changed(context: RequestContext, { account: { id } }: CompChanged) {
  // The account was read before the change.
  context.clearLoaded()
  return compedPlansBody(context, id)
}

async function compedPlansBody(context: RequestContext, accountId: string) {
  const snapshot = await context.loaders.snapshots.load(accountId)
  const comped = snapshot ? await compedPlansOfAccount(context.database, context.catalog.current(), snapshot) : []
  return {
    account_id: accountId,
    comped_plans: comped.map(({ id, plan, quantity, since, until, reason, next }) => ({
      id,
      plan: plan.code,
      quantity,
      since: since.toISOString(),
      until: until.toISOString(),
      reason,
      next_plan: next.code,
    })),
  }
}
