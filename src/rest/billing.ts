import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { CatalogSnapshot } from '../services/catalog/snapshot/catalog-snapshot.js'
import type { AccountPlan } from '../services/entitlements/plans/account-plan.js'
import type { BillingContext } from '../services/billing/model/billing-context.js'
import { startSubscription } from '../services/billing/checkout/start-subscription.js'
import { stackCodes } from '../services/marketplace/templates/stack-codes.js'
import { integrationProfile, type IntegrationProfile } from '../services/marketplace/sync/integration-profile.js'
import { purchaseTemplate } from '../services/marketplace/purchases/purchase-template.js'
import { toDecimal } from '../services/kernel/money/money.js'
import { authenticate } from './authenticate.js'
import type { RestPath } from './denial-body.js'
import { defaultProvider } from './payment-provider.js'
import { idempotencyKey } from './field-types.js'
import { describeRoutes } from './openapi/route-description.js'
import { parseJson } from './raw-body.js'
import {
  checkoutResponse,
  meResponse,
  plansResponse,
  profileResponse,
  templateCheckoutResponse,
} from './responses/billing.js'
import { sendDenial, type RestHost } from './rest-context.js'
import type { RestApp } from './type-provider.js'

const buyerShape = {
  payment_method: z
    .enum(['stripe', 'paypal'])
    .optional()
    .describe('Payment provider. Default: `stripe` if the server has it, otherwise the only one that it has.'),
  user_email: z.string().max(320).nullish().describe('Email address of the buyer, which must be that of the token.'),
  user_domain: z.string().max(253).nullish().describe('Domain of the page, to which the buyer returns.'),
  billing_first_name: z.string().max(100).nullish(),
  billing_last_name: z.string().max(100).nullish(),
  idempotency_key: idempotencyKey.optional(),
  community_id: z.unknown().optional().describe('Sent by existing pages. Ignored: the account is that of the token.'),
}
/** Existing pages send JSON as text. */
const BODY_TYPES = ['application/json', 'text/plain']

const CHECKOUT_ERRORS = [
  'INVALID_PARAMETERS',
  'INVALID_EMAIL',
  'INVALID_RETURN_URL',
  'NOT_FOR_SALE',
  'CONTACT_REQUIRED',
  'MODE_MISMATCH',
  'PROVIDER_UNAVAILABLE',
  'NOT_SUPPORTED_BY_PROVIDER',
  'IDEMPOTENCY_MISMATCH',
] as const

const startBody = z.strictObject({
  plan_name: z.string().min(1).max(100).describe('Code of the plan.'),
  quantity: z
    .int()
    .nullish()
    .describe('Number of units of a plan that is priced per unit, for example per managed server. Default: 1.'),
  ...buyerShape,
})
/** No price: it is looked up here. */
const purchaseTemplateBody = z.strictObject({
  template_id: z.string().min(1).max(100).describe('ID of the template.'),
  stack_code: z
    .string()
    .max(100)
    .nullish()
    .describe('ID, slug or stack of the same template. Existing pages send it; another template is denied.'),
  ...buyerShape,
})

const PROVIDERS = { stripe: 'STRIPE', paypal: 'PAYPAL' } as const

const buyer = (context: BillingContext, body: z.infer<z.ZodObject<typeof buyerShape>>) => ({
  provider: body.payment_method ? PROVIDERS[body.payment_method] : defaultProvider(context),
  userEmail: body.user_email ?? null,
  userDomain: body.user_domain ?? null,
  billingFirstName: body.billing_first_name ?? null,
  billingLastName: body.billing_last_name ?? null,
})

/**
 * Billing contract of the integrations: plan info and checkout for a signed-in user. The token is a bearer, never in
 * the URL.
 */
export function billingRoutes(host: RestHost) {
  return (app: RestApp): void => {
    // Existing pages send JSON without a JSON content type.
    app.addContentTypeParser('text/plain', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    describeRoutes(app, { tag: 'Billing', access: 'bearer', errors: ['FORBIDDEN'] })
    const preValidation = [authenticate(host), parseTextBody]
    app.post(
      '/billing/start',
      {
        preValidation,
        schema: {
          operationId: 'startCheckout',
          summary: 'Starts a checkout for a plan.',
          body: startBody,
          consumes: BODY_TYPES,
          example: { plan_name: 'plus', payment_method: 'stripe', user_email: 'ann@example.com' },
          response: { 200: checkoutResponse },
          errors: [...CHECKOUT_ERRORS, 'INVALID_PLAN', 'INVALID_AMOUNT', 'SUBSCRIPTION_CONFLICT'],
        },
      },
      async (request, reply) => {
        const { requestContext: context, body } = request
        const outcome = await startSubscription(context, {
          plan: body.plan_name,
          quantity: body.quantity ?? null,
          ...buyer(context, body),
          idempotencyKey: body.idempotency_key ?? context.database.newId('chk'),
        })
        if (outcome.kind === 'denied') return sendDenial(context, reply, outcome.denial, restPath)
        const { id, url, sessionId } = outcome.checkout
        return { checkout_url: url, session_id: sessionId, payment_id: id }
      },
    )

    app.post(
      '/billing/purchase-template',
      {
        preValidation,
        schema: {
          operationId: 'startTemplateCheckout',
          summary: 'Starts a checkout for a template.',
          description: 'The server determines the price.',
          body: purchaseTemplateBody,
          consumes: BODY_TYPES,
          example: { template_id: 'tpl_1', payment_method: 'stripe' },
          response: { 200: templateCheckoutResponse },
          errors: [...CHECKOUT_ERRORS, 'NOT_FOUND', 'ALREADY_OWNED', 'ALREADY_INCLUDED'],
        },
      },
      async (request, reply) => {
        const { requestContext: context, body } = request
        const outcome = await purchaseTemplate(context, {
          templateId: body.template_id,
          stackCode: body.stack_code ?? null,
          ...buyer(context, body),
          idempotencyKey: body.idempotency_key ?? context.database.newId('chk'),
        })
        if (outcome.kind === 'denied') return sendDenial(context, reply, outcome.denial, restPath)
        const { id, url, sessionId } = outcome.checkout
        return { checkout_url: url, session_id: sessionId, payment_id: id, template_id: body.template_id }
      },
    )

    const status = {
      operationId: 'getBillingStatus',
      summary: 'Returns the plan and the purchased templates of the account.',
      response: { 200: profileResponse },
    }
    app.get('/billing/status', { preValidation, schema: status }, async (request) =>
      toProfile(await integrationProfile(request.requestContext)),
    )

    const profile = {
      operationId: 'getProfile',
      summary: 'Returns the user with plan and templates.',
      tag: 'Integrations' as const,
      response: { 200: meResponse },
    }
    app.get('/oauth_server/api/me', { preValidation, schema: profile }, async (request) => {
      const { requestContext: context } = request
      const profile = await integrationProfile(context)
      const info = toProfile(profile)
      const { caller } = context
      if (caller.kind !== 'user') return info
      // Some integrations read it under `user`, others at the top level.
      const me = {
        _id: caller.subject,
        email: caller.email,
        ...info,
        products: toProducts(profile, context.catalog.current()),
      }
      return { ...me, user: me }
    })

    const offered = {
      operationId: 'listPlans',
      summary: 'Returns the plans for sale.',
      tag: 'Integrations' as const,
      access: 'anyone' as const,
      response: { 200: plansResponse },
    }
    app.get('/server/user/plans/info', { schema: offered }, async (request) => {
      const context = host.anonymousContext(request)
      const catalog = context.catalog.current()
      const stacks = await stackCodes(context.database, catalog)
      return catalog.plans
        .filter((plan) => plan.active)
        .map((plan) => ({
          name: plan.code,
          title: plan.name,
          rank: plan.rank,
          prices: plan.prices.map((price) => ({
            amount: toDecimal(price.money),
            currency: price.money.currency,
            interval: price.interval.toLowerCase(),
          })),
          features: Object.fromEntries(
            plan.features.map((granted) => [
              granted.feature.code,
              granted.unlimited ? 'unlimited' : (granted.amount ?? granted.enabled),
            ]),
          ),
          supported_stacks: stacksObject(plan.supportedStacks ?? stacks),
        }))
    })
  }
}

/** A body that was sent as text, as JSON. */
async function parseTextBody(request: FastifyRequest): Promise<void> {
  if (Buffer.isBuffer(request.body)) request.body = parseJson(request.body)
}

const toProfile = ({ plan, stacks, externalIds }: IntegrationProfile) => ({
  plan: toPlanInfo(plan, stacks),
  purchased_templates: [...externalIds.values()],
})

/** Products of the owned templates, as integrations read them from a profile. */
const toProducts = ({ ownedTemplates, externalIds }: IntegrationProfile, catalog: CatalogSnapshot) =>
  ownedTemplates.map(({ templateId, since }) => {
    const product = catalog.productByTemplateId.get(templateId)
    const price = product && catalog.pricesByProductId.get(product.id)?.[0]
    return {
      product_id: product?.id ?? null,
      product_type: 'template' as const,
      code: product?.code ?? null,
      external_id: externalIds.get(templateId) ?? templateId,
      name: product?.name ?? null,
      price: price ? toDecimal(price.money) : null,
      owned_since: since.toISOString(),
    }
  })

/** `date_end` is the day at whose end (UTC) the plan expires. */
const toPlanInfo = ({ plan, dateEnd, deploymentsLeft }: AccountPlan, stacks: readonly string[]) => ({
  name: plan.code,
  date_end: dateEnd?.toISOString().slice(0, 10) ?? null,
  deployments_left: deploymentsLeft,
  supported_stacks: stacksObject(stacks),
})

/** An object keyed by stack code. A plan for all stacks lists all of them, because clients look a code up. */
const stacksObject = (stacks: readonly string[]) => Object.fromEntries(stacks.map((code) => [code, true]))

const REST_NAMES: Record<string, string> = {
  plan: 'plan_name',
  provider: 'payment_method',
  userEmail: 'user_email',
  userDomain: 'user_domain',
  templateId: 'template_id',
  stackCode: 'stack_code',
}

/** Fields at fault by the names that they have here. */
const restPath: RestPath = ([head = '', ...rest]) => [REST_NAMES[head] ?? head, ...rest]
