import { z } from 'zod'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { startSubscription } from '#services/billing/checkout/start-subscription.js'
import { billingInfo } from '#services/billing/portal/billing-info.js'
import { openBillingPortal } from '#services/billing/portal/open-billing-portal.js'
import { billingAccount } from '#services/billing/queries/visible-billing.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { authenticateSignedIn } from '#rest/authenticate.js'
import { idempotencyKey } from '#rest/field-types.js'
import { describeRoutes } from '#rest/openapi/route-description.js'
import { defaultProvider } from '../payment-provider.js'
import { component, list, lowerCaseOf, time } from '#rest/responses/fields.js'
import { sendDenial, type RestHost } from '#rest/rest-context.js'
import type { RestApp } from '#rest/type-provider.js'
import { CHECKOUT_ERRORS, PORTAL_ERRORS } from './errors.js'

/** Pages send no body, or the plugin to return to. */
const body = z
  .strictObject({
    pluginId: z.string().max(200).nullish().describe('Plugin of the parent application to which the buyer returns.'),
    idempotencyKey: idempotencyKey.optional(),
  })
  .nullish()

const checkoutResponse = component('CommunityCheckout', 'A checkout for the paid plan of a community.', {
  sessionId: z.string().nullable().describe('ID of the session at Stripe, which Stripe.js opens.'),
})
const portalResponse = component('CommunityPortal', 'The billing portal of a community.', {
  portalUrl: z.string().describe('Page of the provider.'),
})
const infoResponse = component('CommunityBilling', 'Plan and billing of a community.', {
  plan: z.strictObject({ code: z.string(), name: z.string() }),
  status: lowerCaseOf(
    'TRIALING',
    'ACTIVE',
    'PAST_DUE',
    'UNPAID',
    'PAUSED',
    'INCOMPLETE',
    'INCOMPLETE_EXPIRED',
    'CANCELED',
  )
    .nullable()
    .describe('Status of the subscription. Null without one.'),
  currentPeriodEnd: time().nullable(),
  cancelAt: time().nullable().describe('Time of a scheduled cancellation. Null without one.'),
  trialEnd: time().nullable(),
  graceUntil: time().nullable().describe('End of the grace period for an unpaid invoice. Null if nothing is overdue.'),
  paymentMethod: z.string().nullable().describe('Label of the payment method. Null if none is known.'),
  portalAvailable: z.boolean().describe('Whether the caller can open the billing portal.'),
  publishableKey: z.string().nullable().describe('Key for Stripe.js.'),
  supportedActions: list(z.string()).describe('Actions that the subscription supports for the caller.'),
})

/** Billing of a community for its own pages, in the forms of "Stripe Integration Plan". The account is that of the token. */
export function communityBillingRoutes(host: RestHost) {
  return (app: RestApp): void => {
    app.addHook('preValidation', authenticateSignedIn(host))
    describeRoutes(app, { tag: 'Integrations', access: 'bearer', errors: ['FORBIDDEN', 'NOT_FOUND'] })

    const checkout = {
      operationId: 'createCommunityCheckout',
      summary: 'Starts a checkout for the lowest paid plan.',
      body,
      example: { pluginId: 'plugin-1' },
      response: { 200: checkoutResponse },
      errors: CHECKOUT_ERRORS,
    }
    app.post('/api/stripe/create-checkout-session', { schema: checkout }, async (request, reply) => {
      const { requestContext: context, body: given } = request
      const outcome = await startSubscription(context, {
        plan: paidPlan(context.catalog.current()),
        provider: defaultProvider(context),
        pluginId: given?.pluginId ?? null,
        idempotencyKey: given?.idempotencyKey ?? context.database.newId('chk'),
      })
      if (outcome.kind === 'denied') return sendDenial(context, reply, outcome.denial)
      return { sessionId: outcome.checkout.sessionId }
    })

    const portal = {
      operationId: 'createCommunityPortal',
      summary: 'Opens the billing portal of the provider.',
      body,
      example: { pluginId: 'plugin-1' },
      response: { 200: portalResponse },
      errors: PORTAL_ERRORS,
    }
    app.post('/api/stripe/create-portal-session', { schema: portal }, async (request, reply) => {
      const { requestContext: context, body: given } = request
      const outcome = await openBillingPortal(context, {
        pluginId: given?.pluginId ?? null,
        idempotencyKey: given?.idempotencyKey ?? null,
      })
      return outcome.kind === 'denied' ? sendDenial(context, reply, outcome.denial) : { portalUrl: outcome.url }
    })

    const info = {
      operationId: 'getCommunityBilling',
      summary: 'Returns plan, status, dates and payment method.',
      response: { 200: infoResponse },
    }
    app.get('/api/community/billing-info', { schema: info }, async ({ requestContext: context }) => {
      const { id } = await billingAccount(context, null)
      const { plan, subscription, ...rest } = await billingInfo(context, id, {
        snapshot: (accountId) => context.loaders.snapshots.load(accountId),
        subscription: (accountId) => context.loaders.liveSubscriptionOfAccount.load(accountId),
        customer: (accountId) => context.loaders.portalCustomer.load(accountId),
      })
      return {
        plan: { code: plan.code, name: plan.name },
        status: subscription?.status.toLowerCase() ?? null,
        currentPeriodEnd: subscription?.currentPeriodEnd?.toISOString() ?? null,
        cancelAt: subscription?.cancelAt?.toISOString() ?? null,
        trialEnd: subscription?.trialEnd?.toISOString() ?? null,
        graceUntil: subscription?.graceUntil?.toISOString() ?? null,
        paymentMethod: subscription?.paymentMethod?.label ?? null,
        portalAvailable: rest.portalAvailable,
        publishableKey: context.config.stripe?.publishableKey ?? null,
        supportedActions: rest.supportedActions.map((action) => action.toLowerCase()),
      }
    })
  }
}

/** Code of the plan with the lowest rank that has a price. */
function paidPlan({ plans }: CatalogSnapshot): string {
  const [plan] = plans
    .filter(({ active, prices }) => active && prices.length > 0)
    .toSorted((one, other) => one.rank - other.rank)
  if (!plan) throw new AppError('NOT_FOUND', 'The catalog has no paid plan.')
  return plan.code
}
