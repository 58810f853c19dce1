import { z } from 'zod'
import type { RequestContext } from '../context/request-context.js'
import { balanceAlerts } from '../services/entitlements/balance-levels/balance-alerts.js'
import { setBalanceAlerts } from '../services/entitlements/balance-levels/set-balance-alerts.js'
import { entitlementAccount } from '../services/entitlements/model/visible-entitlements.js'
import { authenticate } from './authenticate.js'
import { account, feature, ownAccount, whole } from './entitlement-requests.js'
import { idempotencyKey } from './field-types.js'
import { describeRoutes } from './openapi/route-description.js'
import { balanceAlertsResponse } from './responses/balance-alerts.js'
import { sendDenial, type RestHost } from './rest-context.js'
import type { RestApp } from './type-provider.js'

const listRequest = z.strictObject({ account_id: ownAccount })
const setRequest = z.strictObject({
  account_id: account,
  feature: feature.describe('Code of a feature that the catalog lists in `balance_alerts`.'),
  levels: z.array(whole).describe('Units, at most 5 levels, in place of the earlier ones. Empty: none.'),
  percents: z
    .array(whole)
    .optional()
    .describe(
      'Percent, 1–100, of what the account held after its last grant of the feature, at most 5, in place of the earlier ones. Default: none.',
    ),
  idempotency_key: idempotencyKey,
})

/** Balance alerts over REST: the same operations as in GraphQL. */
export function balanceAlertRoutes(host: RestHost) {
  return (app: RestApp): void => {
    const base = '/api/v1/entitlements'
    app.addHook('preValidation', authenticate(host))
    describeRoutes(app, { tag: 'Entitlements', access: 'bearer', errors: ['FORBIDDEN', 'NOT_FOUND'] })

    app.post(
      `${base}/balance-alerts`,
      {
        schema: {
          operationId: 'listBalanceAlerts',
          summary: 'Returns the balances below which an account is sent an alert.',
          body: listRequest,
          example: { account_id: 'person:auth0|ann' },
          response: { 200: balanceAlertsResponse },
        },
      },
      async ({ requestContext: context, body }) =>
        balanceAlertsBody(context, (await entitlementAccount(context, body.account_id)).id),
    )

    app.post(
      `${base}/set-balance-alerts`,
      {
        schema: {
          operationId: 'setBalanceAlerts',
          summary: 'Sets the balances of a feature below which an alert is sent.',
          description:
            'Alerts are sent by event, webhook and email. Replaces the earlier levels. Requires an owner or admin.',
          body: setRequest,
          example: {
            account_id: 'person:auth0|ann',
            feature: 'ai_credits',
            levels: [1000, 100],
            percents: [20],
            idempotency_key: 'balance-alerts-1',
          },
          response: { 200: balanceAlertsResponse },
          errors: ['FEATURE_NOT_INCLUDED', 'INVALID_PARAMETERS', 'IDEMPOTENCY_MISMATCH'],
        },
      },
      async ({ requestContext: context, body }, reply) => {
        const outcome = await setBalanceAlerts(context, {
          accountId: body.account_id,
          feature: body.feature,
          levels: body.levels,
          percents: body.percents ?? [],
          idempotencyKey: body.idempotency_key,
        })
        if (outcome.kind === 'denied') return sendDenial(context, reply, outcome.denial)
        // The account was read before the change.
        context.clearLoaded()
        return balanceAlertsBody(context, outcome.account.id)
      },
    )
  }
}

async function balanceAlertsBody(context: RequestContext, accountId: string) {
  const snapshot = await context.loaders.snapshots.load(accountId)
  const alerts = snapshot ? await balanceAlerts(context, snapshot) : []
  return {
    account_id: accountId,
    balance_alerts: alerts.map(({ feature: { code }, threshold, percent, base, balance, below }) => ({
      feature: code,
      threshold,
      percent,
      base,
      balance,
      below,
    })),
  }
}
