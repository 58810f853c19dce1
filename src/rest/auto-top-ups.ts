import { z } from 'zod'
import type { RequestContext } from '../context/request-context.js'
import { autoTopUps, topUps } from '../services/billing/top-ups/auto-top-ups.js'
import { previewAutoTopUp } from '../services/billing/top-ups/preview-auto-top-up.js'
import { removeAutoTopUp } from '../services/billing/top-ups/remove-auto-top-up.js'
import { setAutoTopUp, type AutoTopUpChanged } from '../services/billing/top-ups/set-auto-top-up.js'
import { billingAccount } from '../services/billing/queries/visible-billing.js'
import { authenticate } from './authenticate.js'
import { denialBody } from './entitlement-bodies.js'
import { account, feature, name, ownAccount, whole } from './entitlement-requests.js'
import { idempotencyKey, money } from './field-types.js'
import { moneyBody } from './money-bodies.js'
import { describeRoutes } from './openapi/route-description.js'
import { autoTopUpPreviewResponse, autoTopUpsResponse } from './responses/auto-top-ups.js'
import { sendDenial, type RestHost } from './rest-context.js'
import type { RestApp } from './type-provider.js'

const LISTED = 20

const terms = {
  package: name.describe('Code of a pack that the catalog lists in `top_ups`.'),
  quantity: z.int().nullish().describe('Number of packs in one top-up. Default: 1.'),
  threshold: whole.describe('Units below which the balance causes a top-up, at most the units of one top-up.'),
  max_per_month: whole.describe('Most top-ups in a calendar month (UTC), at most the `max_per_month` of the catalog.'),
}
const listRequest = z.strictObject({ account_id: ownAccount })
const previewRequest = z.strictObject({ account_id: ownAccount, ...terms })
const setRequest = z.strictObject({
  account_id: account,
  ...terms,
  price: money.describe('Price of one top-up, as previewed: the consent to charge it. No top-up costs more.'),
  idempotency_key: idempotencyKey,
})
const removeRequest = z.strictObject({ account_id: account, feature, idempotency_key: idempotencyKey })

/** Automatic top-ups over REST: the same operations as in GraphQL. */
export function autoTopUpRoutes(host: RestHost) {
  return (app: RestApp): void => {
    const base = '/api/v1/billing'
    app.addHook('preValidation', authenticate(host))
    describeRoutes(app, { tag: 'Billing', access: 'bearer', errors: ['FORBIDDEN', 'NOT_FOUND'] })

    app.post(
      `${base}/auto-top-ups`,
      {
        schema: {
          operationId: 'listAutoTopUps',
          summary: 'Returns the automatic top-ups of an account, and its latest 20 top-ups.',
          body: listRequest,
          example: { account_id: 'person:auth0|ann' },
          response: { 200: autoTopUpsResponse },
        },
      },
      async ({ requestContext: context, body }) =>
        autoTopUpsBody(context, (await billingAccount(context, body.account_id)).id),
    )

    app.post(
      `${base}/preview-auto-top-up`,
      {
        schema: {
          operationId: 'previewAutoTopUp',
          summary: 'Returns price, payment method and first effect of an automatic top-up before it is set.',
          description: 'Stores nothing and charges nothing. Requires an owner or admin.',
          body: previewRequest,
          example: { account_id: 'person:auth0|ann', package: 'credits_10k', threshold: 8000, max_per_month: 3 },
          response: { 200: autoTopUpPreviewResponse },
        },
      },
      async ({ requestContext: context, body }) => {
        const { denial, ...preview } = await previewAutoTopUp(context, {
          accountId: body.account_id,
          ...termsOf(body),
        })
        return {
          allowed: denial === null,
          feature: preview.feature?.code ?? null,
          price: preview.price && moneyBody(preview.price),
          max_price_per_month: preview.maxPricePerMonth && moneyBody(preview.maxPricePerMonth),
          units: preview.units,
          balance: preview.balance,
          charges_now: preview.chargesNow,
          provider: preview.provider?.toLowerCase() ?? null,
          payment_method: preview.paymentMethod?.label ?? null,
          denial: denial && (await denialBody(context, denial)),
        }
      },
    )

    app.post(
      `${base}/set-auto-top-up`,
      {
        schema: {
          operationId: 'setAutoTopUp',
          summary: 'Buys a pack each time the balance of its feature falls below a threshold.',
          description:
            'The saved payment method of the subscription pays. Replaces earlier terms of the feature, and starts again what had stopped. Requires an owner or admin.',
          body: setRequest,
          example: {
            account_id: 'person:auth0|ann',
            package: 'credits_10k',
            threshold: 8000,
            max_per_month: 3,
            price: { amount: '5.00', currency: 'USD' },
            idempotency_key: 'top-up-1',
          },
          response: { 200: autoTopUpsResponse },
          errors: [
            'INVALID_AMOUNT',
            'INVALID_PRICE',
            'NOT_FOR_SALE',
            'NO_ACTIVE_SUBSCRIPTION',
            'NOT_SUPPORTED_BY_PROVIDER',
            'PAYMENT_FAILED',
            'PROVIDER_UNAVAILABLE',
            'IDEMPOTENCY_MISMATCH',
          ],
        },
      },
      async ({ requestContext: context, body }, reply) => {
        const outcome = await setAutoTopUp(context, {
          accountId: body.account_id,
          ...termsOf(body),
          price: body.price,
          idempotencyKey: body.idempotency_key,
        })
        return outcome.kind === 'denied' ? sendDenial(context, reply, outcome.denial) : changed(context, outcome)
      },
    )

    app.post(
      `${base}/remove-auto-top-up`,
      {
        schema: {
          operationId: 'removeAutoTopUp',
          summary: 'Removes the automatic top-up of a feature.',
          description: 'A charge that was sent to the provider is still completed. Requires an owner or admin.',
          body: removeRequest,
          example: { account_id: 'person:auth0|ann', feature: 'ai_credits', idempotency_key: 'remove-top-up-1' },
          response: { 200: autoTopUpsResponse },
          errors: ['INVALID_TRANSITION', 'IDEMPOTENCY_MISMATCH'],
        },
      },
      async ({ requestContext: context, body }, reply) => {
        const outcome = await removeAutoTopUp(context, {
          accountId: body.account_id,
          feature: body.feature,
          idempotencyKey: body.idempotency_key,
        })
        return outcome.kind === 'denied' ? sendDenial(context, reply, outcome.denial) : changed(context, outcome)
      },
    )
  }
}

const termsOf = (body: z.output<typeof previewRequest> | z.output<typeof setRequest>) => ({
  package: body.package,
  quantity: body.quantity ?? null,
  threshold: body.threshold,
  maxPerMonth: body.max_per_month,
})

function changed(context: RequestContext, { account: { id } }: AutoTopUpChanged) {
  // The account was read before the change.
  context.clearLoaded()
  return autoTopUpsBody(context, id)
}

async function autoTopUpsBody(context: RequestContext, accountId: string) {
  const states = await autoTopUps(context, accountId)
  const latest = await topUps(context, accountId, LISTED)
  return {
    account_id: accountId,
    auto_top_ups: states.map(({ auto, threshold, status, inMonth }) => ({
      feature: auto.feature,
      package: auto.package,
      quantity: auto.quantity,
      threshold,
      price: moneyBody(auto),
      max_per_month: auto.maxPerMonth,
      used_this_month: inMonth,
      status: status.toLowerCase(),
      stop_reason: auto.stopReason?.toLowerCase() ?? null,
      stopped_at: auto.stoppedAt?.toISOString() ?? null,
    })),
    top_ups: latest.map((topUp) => ({
      id: topUp.id,
      feature: topUp.feature,
      status: topUp.status.toLowerCase(),
      failure_reason: topUp.failureReason?.toLowerCase() ?? null,
      price: moneyBody(topUp),
      created_at: topUp.createdAt.toISOString(),
      completed_at: topUp.completedAt?.toISOString() ?? null,
    })),
  }
}
