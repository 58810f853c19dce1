import { z } from 'zod'
import { calendarSources } from '../context/calendar-sources.js'
import { accountCalendar } from '../services/billing/calendar/account-calendar.js'
import { MISSING_STEPS, pendingPlans } from '../services/billing/checkout/pending-plans.js'
import { billingAccount } from '../services/billing/queries/visible-billing.js'
import { authenticate } from './authenticate.js'
import { ownAccount } from './entitlement-requests.js'
import { moment } from './field-types.js'
import { moneyBody, priceBody } from './money-bodies.js'
import { describeRoutes } from './openapi/route-description.js'
import { calendarResponse, pendingPlansResponse } from './responses/account-calendar.js'
import type { RestHost } from './rest-context.js'
import type { RestApp } from './type-provider.js'

const pendingRequest = z.strictObject({ account_id: ownAccount })
const calendarRequest = z.strictObject({
  account_id: ownAccount,
  until: moment.nullish().describe('Last time to return (business clock). Default: in 400 days.'),
})

/** Plans that wait and known dates of an account over REST: the same as in GraphQL. */
export function accountCalendarRoutes(host: RestHost) {
  return (app: RestApp): void => {
    const base = '/api/v1/billing'
    app.addHook('preValidation', authenticate(host))
    describeRoutes(app, { tag: 'Billing', access: 'bearer', errors: ['FORBIDDEN', 'NOT_FOUND'] })

    app.post(
      `${base}/pending-plans`,
      {
        schema: {
          operationId: 'listPendingPlans',
          summary: 'Returns plans that were chosen and are not in effect, with what is missing.',
          body: pendingRequest,
          example: { account_id: 'person:auth0|ann' },
          response: { 200: pendingPlansResponse },
        },
      },
      async ({ requestContext: context, body }) => {
        const { id } = await billingAccount(context, body.account_id)
        const catalog = context.catalog.current()
        const pending = await pendingPlans(context, id)
        return {
          account_id: id,
          pending_plans: pending.flatMap(({ planVersionId, priceId, ...waiting }) => {
            const plan = catalog.planByVersionId.get(planVersionId)
            const price = catalog.priceById.get(priceId)
            if (!plan || !price) return []
            return [
              {
                id: waiting.id,
                state: waiting.state.toLowerCase(),
                missing: MISSING_STEPS[waiting.state],
                plan: plan.code,
                price: priceBody(price),
                quantity: waiting.quantity,
                action_url: waiting.actionUrl,
                requested_at: waiting.requestedAt.toISOString(),
                expires_at: waiting.expiresAt?.toISOString() ?? null,
                starts_at: waiting.startsAt?.toISOString() ?? null,
                checkout_id: waiting.checkout?.id ?? null,
              },
            ]
          }),
        }
      },
    )

    app.post(
      `${base}/calendar`,
      {
        schema: {
          operationId: 'listCalendar',
          summary: 'Returns renewals, scheduled changes and other known dates of an account, soonest first.',
          description: 'Requires permission to read the billing and the entitlements of the account.',
          body: calendarRequest,
          example: { account_id: 'person:auth0|ann' },
          response: { 200: calendarResponse },
        },
      },
      async ({ requestContext: context, body }) => {
        const { id } = await billingAccount(context, body.account_id)
        const entries = await accountCalendar(context, id, {
          until: body.until ?? null,
          ...calendarSources(context, id),
        })
        return {
          account_id: id,
          entries: entries.map(({ kind, at, plan, money, feature, amount }) => ({
            kind: kind.toLowerCase(),
            at: at.toISOString(),
            plan: plan?.code ?? null,
            money: money && moneyBody(money),
            feature,
            amount,
          })),
        }
      },
    )
  }
}
