import { z } from 'zod'
import { startSubscription } from '#services/billing/checkout/start-subscription.js'
import { openBillingPortal } from '#services/billing/portal/open-billing-portal.js'
import { consume } from '#services/entitlements/usage/consume.js'
import { entitlementAccount } from '#services/entitlements/model/visible-entitlements.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { authenticateSignedIn } from '#rest/authenticate.js'
import { consumptionBody } from '#rest/entitlements/entitlement-bodies.js'
import { ownAccount } from '#rest/entitlements/entitlement-requests.js'
import { idempotencyKey } from '#rest/field-types.js'
import { describeRoutes } from '#rest/openapi/route-description.js'
import { defaultProvider } from '../payment-provider.js'
import { consumptionResponse } from '#rest/entitlements/responses/entitlements.js'
import { component } from '#rest/responses/fields.js'
import { sendDenial, type RestHost } from '#rest/rest-context.js'
import type { RestApp } from '#rest/type-provider.js'
import { CHECKOUT_ERRORS, PORTAL_ERRORS } from './errors.js'

/** Feature of which a tracked journey uses one unit. */
const RUNS = 'attribution_runs'

const checkoutBody = z.strictObject({
  plan_tier: z.string().min(1).max(100).describe('Code of the plan, for example `scale`.'),
  idempotency_key: idempotencyKey.optional(),
})
const checkoutResponse = component('BillingCheckout', 'A checkout for a plan.', {
  checkout_url: z.string().nullable().describe('Page on which the buyer pays. Null if nothing is to be paid.'),
  session_id: z.string().nullable().describe('ID of the session at the provider.'),
})
const portalBody = z.strictObject({}).nullish()
const portalResponse = component('BillingPortal', 'The billing portal of the provider.', {
  portal_url: z.string().describe('Page of the provider.'),
})
/** Members of a journey belong to the application. */
const journeyBody = z.looseObject({
  account_id: ownAccount,
  idempotency_key: idempotencyKey.optional(),
})
const journeyResponse = component('TrackedJourney', 'A journey that was counted.', {
  success: z.literal(true),
  attribution: consumptionResponse.describe('The counted run. The application computes the attribution.'),
})

/** Billing of an account for its own pages, in the forms of "Stripe Billing Integration". */
export function attributionBillingRoutes(host: RestHost) {
  return (app: RestApp): void => {
    app.addHook('preValidation', authenticateSignedIn(host))
    describeRoutes(app, { tag: 'Integrations', access: 'bearer', errors: ['FORBIDDEN', 'NOT_FOUND'] })

    const checkout = {
      operationId: 'createBillingCheckout',
      summary: 'Starts a checkout for a plan, at its monthly price.',
      body: checkoutBody,
      example: { plan_tier: 'plus' },
      response: { 200: checkoutResponse },
      errors: CHECKOUT_ERRORS,
    }
    app.post('/api/billing/create-checkout', { schema: checkout }, async (request, reply) => {
      const { requestContext: context, body } = request
      const plan = body.plan_tier
      if (!context.catalog.current().planByCode.has(plan))
        throw new AppError('BAD_REQUEST', 'plan_tier: Invalid plan tier.', { details: { field: 'plan_tier' } })
      const outcome = await startSubscription(context, {
        plan,
        provider: defaultProvider(context),
        idempotencyKey: body.idempotency_key ?? context.database.newId('chk'),
      })
      if (outcome.kind === 'denied') return sendDenial(context, reply, outcome.denial)
      return { checkout_url: outcome.checkout.url, session_id: outcome.checkout.sessionId }
    })

    const portal = {
      operationId: 'createBillingPortal',
      summary: 'Opens the billing portal of the provider.',
      body: portalBody,
      example: {},
      response: { 200: portalResponse },
      errors: PORTAL_ERRORS,
    }
    app.post('/api/billing/portal', { schema: portal }, async ({ requestContext: context }, reply) => {
      const outcome = await openBillingPortal(context, {})
      return outcome.kind === 'denied' ? sendDenial(context, reply, outcome.denial) : { portal_url: outcome.url }
    })

    const journey = {
      operationId: 'trackJourney',
      summary: 'Counts one attribution run.',
      description:
        'Requires the scope `entitlements:write`. Without `idempotency_key` each request counts. A denial has the status 402 if a higher plan lifts it.',
      body: journeyBody,
      example: { account_id: 'person:auth0|ann', touchpoints: ['email', 'search'], idempotency_key: 'journey-1' },
      response: { 201: journeyResponse },
      errors: [
        'FEATURE_NOT_INCLUDED',
        'INSUFFICIENT_PLAN',
        'QUOTA_EXCEEDED',
        'LIMIT_REACHED',
        'OVERAGE_CAP_REACHED',
        'POOL_EXHAUSTED',
        'SPEND_CAP_REACHED',
        'INSUFFICIENT_CREDITS',
        'IDEMPOTENCY_MISMATCH',
      ] as const,
    }
    app.post('/api/attribution/track-journey', { schema: journey }, async (request, reply) => {
      const { requestContext: context, body } = request
      const outcome = await consume(context, {
        accountId: (await entitlementAccount(context, body.account_id)).id,
        feature: RUNS,
        idempotencyKey: body.idempotency_key ?? context.database.newId('csm'),
      })
      if (outcome.kind === 'denied') return sendDenial(context, reply, outcome.denial)
      const attribution = consumptionBody(context, outcome.consumption, outcome.appliedFailurePolicy)
      return reply.code(201).send({ success: true, attribution })
    })
  }
}
