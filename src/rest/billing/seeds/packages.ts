import { z } from 'zod'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { findPackage, listPackages, type PackageForSale } from '#services/catalog/packages/packages-for-sale.js'
import { purchasePackage } from '#services/billing/checkout/purchase-package.js'
import { startSubscription } from '#services/billing/checkout/start-subscription.js'
import { purchasesOf } from '#services/billing/model/purchase-queries.js'
import { receiptUrlOf } from '#services/billing/model/own-receipt.js'
import { billingAccount } from '#services/billing/queries/visible-billing.js'
import { entitlementAccount } from '#services/entitlements/model/visible-entitlements.js'
import { toInterval } from '#services/catalog/products/interval.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { toDecimal } from '#services/kernel/money/money.js'
import { authenticateSignedIn } from '#rest/authenticate.js'
import { idempotencyKey, integerParameter } from '#rest/field-types.js'
import { moneyBody, priceBody } from '#rest/money-bodies.js'
import { defaultProvider } from '../payment-provider.js'
import { describeRoutes } from '#rest/openapi/route-description.js'
import { price } from '#rest/responses/errors.js'
import { component, list, lowerCaseOf, time, wholeNumber } from '#rest/responses/fields.js'
import { money } from '#rest/responses/money.js'
import { sendDenial, type RestHost } from '#rest/rest-context.js'
import { pathParams, type RestApp } from '#rest/type-provider.js'
import { CHECKOUT_ERRORS } from './errors.js'

const TYPES = ['subscription', 'addon', 'credit_pack', 'enterprise'] as const

const listQuery = z.object({ package_type: z.enum(TYPES).optional().describe('Type to return. Default: all.') })
const purchasesQuery = z.object({ limit: integerParameter(1, 100, 20), offset: integerParameter(0, 1_000_000, 0) })
const checkoutBody = z.strictObject({
  package_id: z.string().min(1).max(200).describe('Code of the package, for example `professional_monthly`.'),
  success_url: z
    .string()
    .max(2048)
    .nullish()
    .describe('Page after the payment. Its host must be in `RETURN_URL_HOSTS`.'),
  cancel_url: z.string().max(2048).nullish().describe('Page after a cancellation.'),
  trial_days: z.int().nullish().describe('Days of the trial of a plan. Default: those of the catalog.'),
  idempotency_key: idempotencyKey.optional(),
})

const packageItem = component('PackageForSale', 'A package, or a plan at one interval.', {
  id: z.string().describe('Code of the package, for example `professional_monthly`.'),
  type: lowerCaseOf('SUBSCRIPTION', 'ADDON', 'CREDIT_PACK', 'ENTERPRISE'),
  name: z.string(),
  description: z.string().nullable(),
  features: list(z.string()).describe('Lines of the price list.'),
  prices: list(price).describe('One price for each currency. Empty if it is sold by contact.'),
  credits: z.record(z.string(), wholeNumber()).describe('Units that it grants, by the code of their feature.'),
  valid_for_days: wholeNumber().nullable().describe('Days for which the units can be used. Null without a limit.'),
  contact_url: z.string().nullable().describe('Page for what is sold by contact. Null for others.'),
})
const packagesResponse = list(packageItem).describe('Packages in the order of the price list.')
const checkoutResponse = component('PackageCheckout', 'A checkout for a package.', {
  url: z.string().nullable().describe('Page on which the buyer pays. Null if nothing is to be paid.'),
  session_id: z.string().nullable().describe('ID of the session at the provider.'),
})
const purchasesResponse = component('UserPurchases', 'A page of the purchases of an account.', {
  purchases: list(
    component('UserPurchase', 'A payment for a package or a plan.', {
      id: z.string(),
      package_id: z.string().nullable().describe('Code of the product. Null if the catalog does not have it any more.'),
      status: z.string(),
      quantity: wholeNumber(),
      ...money.shape,
      refunded: z.string().describe('Refunded part as a decimal.'),
      purchased_at: time(),
      expires_at: time().nullable().describe('Time at which the units expire. Null without a limit.'),
      receipt_url: z.string().nullable(),
    }),
  ).describe('Newest first.'),
  total: wholeNumber().describe('Number of purchases of the account.'),
})
const creditsResponse = z
  .record(
    z.string(),
    component('UserCredits', 'Units of one feature in addition to the plan.', {
      total_credits: wholeNumber().describe('Units that were granted.'),
      used_credits: wholeNumber(),
      remaining_credits: wholeNumber(),
      expired_credits: wholeNumber(),
      next_expiry: time().nullable().describe('Time at which the next units expire. Null without a limit.'),
    }),
  )
  .describe('Credits by the code of their feature.')

/** Packages, purchases and credits in the forms of "AgileForge Stripe Packages System". */
export function packageRoutes(host: RestHost) {
  return (app: RestApp): void => {
    app.addHook('preValidation', authenticateSignedIn(host))
    describeRoutes(app, { tag: 'Integrations', access: 'bearer', errors: ['FORBIDDEN', 'NOT_FOUND'] })
    const base = '/api/packages'
    const response = { 200: packagesResponse }
    const all = {
      operationId: 'listPackages',
      summary: 'Returns packages and plans for sale.',
      querystring: listQuery,
      response,
    }
    app.get(base, { schema: all }, ({ requestContext, query }) => {
      const type = query.package_type?.toUpperCase() as PackageForSale['type'] | undefined
      return listPackages(requestContext.catalog.current(), { type: type ?? null }).map(packageBody)
    })
    for (const [path, operationId, summary, type] of [
      ['subscriptions', 'listSubscriptionPackages', 'Returns plans for sale, each interval by itself.', 'SUBSCRIPTION'],
      ['addons', 'listAddonPackages', 'Returns add-ons for sale.', 'ADDON'],
      ['credits', 'listCreditPackages', 'Returns credit packs for sale.', 'CREDIT_PACK'],
    ] as const)
      app.get(`${base}/${path}`, { schema: { operationId, summary, response } }, ({ requestContext }) =>
        listPackages(requestContext.catalog.current(), { type }).map(packageBody),
      )

    const one = {
      operationId: 'getPackage',
      summary: 'Returns a package, or a plan at one interval.',
      params: pathParams({ id: 'Code of the package.' }),
      response: { 200: packageItem },
    }
    app.get(`${base}/:id`, { schema: one }, ({ requestContext, params }) =>
      packageBody(soldPackage(requestContext.catalog.current(), params.id)),
    )

    const checkout = {
      operationId: 'startPackageCheckout',
      summary: 'Starts a checkout for a package or a plan.',
      description: 'An add-on is added to the subscription instead: the denial names the step.',
      body: checkoutBody,
      example: { package_id: 'professional_monthly', trial_days: 14 },
      response: { 200: checkoutResponse },
      errors: CHECKOUT_ERRORS,
    }
    app.post(`${base}/checkout`, { schema: checkout }, async ({ requestContext: context, body }, reply) => {
      const sold = soldPackage(context.catalog.current(), body.package_id)
      const terms = {
        provider: defaultProvider(context),
        successUrl: body.success_url ?? null,
        cancelUrl: body.cancel_url ?? null,
        idempotencyKey: body.idempotency_key ?? context.database.newId('chk'),
      }
      const plan = context.catalog.current().plans.find(({ id }) => id === sold.planId)
      const outcome = plan
        ? await startSubscription(context, {
            ...terms,
            plan: plan.code,
            interval: sold.prices[0] ? toInterval(sold.prices[0].interval) : null,
            trialDays: body.trial_days ?? null,
          })
        : await purchasePackage(context, { ...terms, package: sold.code })
      if (outcome.kind === 'denied') return sendDenial(context, reply, outcome.denial)
      return { url: outcome.checkout.url, session_id: outcome.checkout.sessionId }
    })

    const purchased = {
      operationId: 'listUserPurchases',
      summary: 'Returns purchases of the account of the token, newest first.',
      querystring: purchasesQuery,
      response: { 200: purchasesResponse },
    }
    app.get(`${base}/user/purchases`, { schema: purchased }, async ({ requestContext: context, query }) => {
      const { id } = await billingAccount(context, null)
      const page = await purchasesOf(context, id, { first: query.limit, after: null }, query)
      const catalog = context.catalog.current()
      return {
        purchases: page.items.map((row) => ({
          id: row.id,
          package_id: catalog.productById.get(row.productId)?.code ?? null,
          status: row.status.toLowerCase(),
          quantity: row.quantity,
          ...moneyBody(row),
          refunded: toDecimal({ amountMinor: row.refundedMinor, currency: row.currency }),
          purchased_at: row.purchasedAt.toISOString(),
          expires_at: row.expiresAt?.toISOString() ?? null,
          receipt_url: receiptUrlOf(context.config, row),
        })),
        total: await page.countAll(),
      }
    })

    const credits = {
      operationId: 'listUserCredits',
      summary: 'Returns credits of the account of the token.',
      response: { 200: creditsResponse },
    }
    app.get(`${base}/user/credits`, { schema: credits }, async ({ requestContext: context }) => {
      const { id } = await entitlementAccount(context, null)
      const balances = await context.loaders.creditBalances.load(id)
      return Object.fromEntries(
        balances.map((balance) => [
          balance.feature,
          {
            total_credits: balance.granted,
            used_credits: balance.used,
            remaining_credits: balance.remaining,
            expired_credits: balance.expired,
            next_expiry: balance.nextExpiry?.toISOString() ?? null,
          },
        ]),
      )
    })
  }
}

function soldPackage(catalog: CatalogSnapshot, code: string): PackageForSale {
  const sold = findPackage(catalog, code)
  if (!sold) throw new AppError('NOT_FOUND', 'Package not found.', { details: { field: 'package_id' } })
  return sold
}

const packageBody = (sold: PackageForSale) => ({
  id: sold.code,
  type: sold.type.toLowerCase(),
  name: sold.name,
  description: sold.description,
  features: sold.bullets,
  prices: sold.prices.map(priceBody),
  credits: Object.fromEntries(
    sold.grants.flatMap(({ feature, amount }) => (amount === null ? [] : [[feature.code, amount]])),
  ),
  valid_for_days: sold.validForDays,
  contact_url: sold.contactUrl,
})
