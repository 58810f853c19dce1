import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { AccountPlan } from '#services/entitlements/plans/account-plan.js'
import { toDecimal } from '#services/kernel/money/money.js'
import { integrationProfile, type IntegrationProfile } from '#services/marketplace/sync/integration-profile.js'
import { stackCodes } from '#services/marketplace/templates/stack-codes.js'
import { authenticate } from '../authenticate.js'
import { describeRoutes } from '../openapi/route-description.js'
import type { RestHost } from '../rest-context.js'
import type { RestApp } from '../type-provider.js'
import { meResponse, plansResponse, profileResponse } from './responses/profiles.js'

/** Billing contract of the integrations: plans, and the plan and templates of a user. */
export function profileRoutes(host: RestHost) {
  return (app: RestApp): void => {
    describeRoutes(app, { tag: 'Billing', access: 'bearer', errors: ['FORBIDDEN'] })
    const preValidation = authenticate(host)
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
