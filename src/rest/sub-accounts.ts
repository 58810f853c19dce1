import { z } from 'zod'
import type { SpendCapPeriod } from '../entities/entitlements/spend-cap.entity.js'
import type { RequestContext } from '../context/request-context.js'
import { readSubAccounts, type SubAccountView } from '../services/entitlements/pools/read-sub-accounts.js'
import { setParentAccount } from '../services/entitlements/pools/set-parent-account.js'
import { setSubAccountLimit } from '../services/entitlements/pools/set-sub-account-limit.js'
import { entitlementAccount } from '../services/entitlements/snapshot/visible-entitlements.js'
import { authenticate } from './authenticate.js'
import { feature, name, ownAccount, whole } from './entitlement-requests.js'
import { describeRoutes } from './openapi/route-description.js'
import { parentAccountResponse, subAccountsResponse } from './responses/sub-accounts.js'
import { sendDenial, type RestHost } from './rest-context.js'
import type { RestApp } from './type-provider.js'

const listRequest = z.strictObject({
  account_id: ownAccount,
  sub_account_id: name.nullish().describe('Only this sub-account. Default: all.'),
})
const parentRequest = z.strictObject({
  account_id: ownAccount,
  parent_id: name
    .nullish()
    .describe('Account whose pools are used. Default: none, so that the account uses its own units.'),
  as_operator: z.boolean().optional().describe('Act on accounts of others. Requires an operator. Default: false.'),
})
const PERIODS: readonly Lowercase<SpendCapPeriod>[] = ['day', 'month', 'billing_period']
const limitRequest = z.strictObject({
  account_id: ownAccount.describe('Parent account. Default: the account of the token.'),
  sub_account_id: name.describe('Sub-account that is limited.'),
  feature: feature.describe('Code of a feature that the catalog lists in `pools`.'),
  period: z.enum(PERIODS).describe('Period of the limit.'),
  amount: whole
    .nullish()
    .describe('Most units in a period, 0–1,000,000,000,000. Default: none, which removes the limit.'),
})

/** Sub-accounts and pools over REST: the same operations as in GraphQL. A repeated call has no effect, so none has a key. */
export function subAccountRoutes(host: RestHost) {
  return (app: RestApp): void => {
    const base = '/api/v1/entitlements'
    app.addHook('preValidation', authenticate(host))
    describeRoutes(app, { tag: 'Entitlements', access: 'bearer', errors: ['FORBIDDEN', 'NOT_FOUND'] })

    app.post(
      `${base}/sub-accounts`,
      {
        schema: {
          operationId: 'listSubAccounts',
          summary: 'Returns the sub-accounts of an account, and its own use of a pool, with limits.',
          body: listRequest,
          example: { account_id: 'person:auth0|ann' },
          response: { 200: subAccountsResponse },
        },
      },
      async ({ requestContext: context, body }) => {
        const account = await entitlementAccount(context, body.account_id)
        return subAccountsBody(context, account.id, body.sub_account_id ?? null)
      },
    )

    app.post(
      `${base}/set-parent`,
      {
        schema: {
          operationId: 'setParentAccount',
          summary: 'Makes an account a sub-account of another, moves it to another parent, or ends it.',
          description:
            'Requires an owner or admin of the account and of the new parent. The present parent can end it. The same request again has no effect.',
          body: parentRequest,
          example: { account_id: 'person:auth0|ben', parent_id: 'person:auth0|ann', as_operator: true },
          response: { 200: parentAccountResponse },
          errors: ['INVALID_PARAMETERS'],
        },
      },
      async (request, reply) => {
        const { requestContext: context, body } = request
        const outcome = await setParentAccount(context, {
          accountId: body.account_id,
          parentId: body.parent_id ?? null,
          asOperator: body.as_operator ?? false,
        })
        if (outcome.kind === 'denied') return sendDenial(context, reply, outcome.denial)
        return { account_id: outcome.account.id, parent_id: outcome.parentId }
      },
    )

    app.post(
      `${base}/set-sub-account-limit`,
      {
        schema: {
          operationId: 'setSubAccountLimit',
          summary: 'Sets the most units of a pool that a sub-account uses in a period, or removes the limit.',
          description: 'Requires an owner or admin of the parent account. The same request again has no effect.',
          body: limitRequest,
          example: {
            account_id: 'person:auth0|ann',
            sub_account_id: 'acc_1',
            feature: 'ai_credits',
            period: 'month',
            amount: 5000,
          },
          response: { 200: subAccountsResponse },
          errors: ['FEATURE_NOT_INCLUDED', 'INVALID_AMOUNT', 'INVALID_PARAMETERS'],
        },
      },
      async (request, reply) => {
        const { requestContext: context, body } = request
        const { sub_account_id: subAccountId, period, amount } = body
        const outcome = await setSubAccountLimit(context, {
          accountId: body.account_id,
          subAccountId,
          feature: body.feature,
          period: period.toUpperCase() as SpendCapPeriod,
          amount: amount ?? null,
        })
        if (outcome.kind === 'denied') return sendDenial(context, reply, outcome.denial)
        // The account was read before the change.
        context.clearLoaded()
        return subAccountsBody(context, outcome.account.id, subAccountId)
      },
    )
  }
}

async function subAccountsBody(context: RequestContext, accountId: string, only: string | null) {
  const snapshot = await context.loaders.snapshots.load(accountId)
  const catalog = context.catalog.current()
  const [own] = snapshot?.pool ? await readSubAccounts(context.database, catalog, snapshot.pool, accountId) : []
  const subAccounts = snapshot ? await readSubAccounts(context.database, catalog, snapshot, only) : []
  return {
    account_id: accountId,
    sub_account: own ? subAccountBody(own) : null,
    sub_accounts: subAccounts.map(subAccountBody),
  }
}

const subAccountBody = ({ accountId, name: title, parentId, parentName, since, limits, usage }: SubAccountView) => ({
  account_id: accountId,
  name: title,
  parent_id: parentId,
  parent_name: parentName,
  since: since.toISOString(),
  limits: limits.map(({ feature: { code }, state: { cap, period, used, reserved, remaining } }) => ({
    feature: code,
    period: cap.period.toLowerCase(),
    amount: cap.amount,
    used,
    reserved,
    remaining,
    resets_at: period.end.toISOString(),
  })),
  usage: usage.map((pool) => ({ feature: pool.feature.code, used: pool.used, since: pool.since.toISOString() })),
})
