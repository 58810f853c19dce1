import { z } from 'zod'
import type { RequestContext } from '../context/request-context.js'
import { setUsageAlerts } from '../services/entitlements/usage-alerts/set-usage-alerts.js'
import { usageAlerts } from '../services/entitlements/usage-alerts/usage-alerts.js'
import { entitlementAccount } from '../services/entitlements/model/visible-entitlements.js'
import { authenticate } from './authenticate.js'
import { feature, ownAccount, whole } from './entitlement-requests.js'
import { idempotencyKey } from './field-types.js'
import { describeRoutes } from './openapi/route-description.js'
import { usageAlertsResponse } from './responses/usage-alerts.js'
import { sendDenial, type RestHost } from './rest-context.js'
import type { RestApp } from './type-provider.js'

const listRequest = z.strictObject({ account_id: ownAccount })
const setRequest = z.strictObject({
  account_id: ownAccount,
  feature: feature.describe(
    'Code of a quota that the catalog lists in `balance_alerts`, with the window `month` or `billing_period`.',
  ),
  percents: z.array(whole).describe('Percent of the allowance, 1–100, at most 5, in place of the earlier ones.'),
  amounts: z
    .array(whole)
    .optional()
    .describe(
      'Used units of the allowance, at most 5, in place of the earlier ones. Default: none. Also for an unlimited allowance.',
    ),
  on_forecast: z
    .boolean()
    .optional()
    .describe('Send an alert when the forecast exceeds the allowance. Default: false.'),
  idempotency_key: idempotencyKey,
})

/** Alerts on allowances over REST: the same operations as in GraphQL. */
export function usageAlertRoutes(host: RestHost) {
  return (app: RestApp): void => {
    const base = '/api/v1/entitlements'
    app.addHook('preValidation', authenticate(host))
    describeRoutes(app, { tag: 'Entitlements', access: 'bearer', errors: ['FORBIDDEN', 'NOT_FOUND'] })

    app.post(
      `${base}/usage-alerts`,
      {
        schema: {
          operationId: 'listUsageAlerts',
          summary: 'Returns the alerts of an account on its allowances, with their basis.',
          body: listRequest,
          example: { account_id: 'person:auth0|ann' },
          response: { 200: usageAlertsResponse },
        },
      },
      async ({ requestContext: context, body }) =>
        usageAlertsBody(context, (await entitlementAccount(context, body.account_id)).id),
    )

    app.post(
      `${base}/set-usage-alerts`,
      {
        schema: {
          operationId: 'setUsageAlerts',
          summary:
            'Sets the alerts on the allowance of a quota: levels in percent or in used units, and a forecast beyond it.',
          description:
            'Each is sent once in a window by event, webhook and email. Replaces the earlier ones; without a level and a forecast there are none. Requires an owner or admin.',
          body: setRequest,
          example: {
            account_id: 'person:auth0|ann',
            feature: 'ai_credits',
            percents: [80, 100],
            amounts: [500],
            on_forecast: true,
            idempotency_key: 'usage-alerts-1',
          },
          response: { 200: usageAlertsResponse },
          errors: ['FEATURE_NOT_INCLUDED', 'INVALID_PARAMETERS', 'IDEMPOTENCY_MISMATCH'],
        },
      },
      async ({ requestContext: context, body }, reply) => {
        const outcome = await setUsageAlerts(context, {
          accountId: body.account_id,
          feature: body.feature,
          percents: body.percents,
          amounts: body.amounts ?? [],
          onForecast: body.on_forecast ?? false,
          idempotencyKey: body.idempotency_key,
        })
        if (outcome.kind === 'denied') return sendDenial(context, reply, outcome.denial)
        // The account was read before the change.
        context.clearLoaded()
        return usageAlertsBody(context, outcome.account.id)
      },
    )
  }
}

async function usageAlertsBody(context: RequestContext, accountId: string) {
  const snapshot = await context.loaders.snapshots.load(accountId)
  const alerts = snapshot ? await usageAlerts(context, snapshot) : []
  return {
    account_id: accountId,
    usage_alerts: alerts.map((alert) => ({
      feature: alert.feature.code,
      percents: alert.percents,
      amounts: alert.amounts,
      on_forecast: alert.onForecast,
      used: alert.used,
      allowance: alert.allowance,
      forecast: alert.forecast,
      resets_at: alert.resetsAt?.toISOString() ?? null,
    })),
  }
}
