import { z } from 'zod'
import type { SpendCapPeriod } from '../entities/entitlements/spend-cap.entity.js'
import type { RequestContext } from '../context/request-context.js'
import type { FeatureDefinition } from '../services/catalog/definition/types.js'
import { capStates, memberCapStates, type CapState } from '../services/entitlements/model/decide-spend.js'
import { removeSpendCap } from '../services/entitlements/spend-caps/remove-spend-cap.js'
import { setSpendCap, type SpendCapChanged } from '../services/entitlements/spend-caps/set-spend-cap.js'
import { entitlementAccount } from '../services/entitlements/model/visible-entitlements.js'
import { authenticate } from './authenticate.js'
import { snakeCase, type RestPath } from './denial-body.js'
import { feature, ownAccount, whole } from './entitlement-requests.js'
import { idempotencyKey, money } from './field-types.js'
import { moneyBody } from './money-bodies.js'
import { describeRoutes } from './openapi/route-description.js'
import { spendCapsResponse } from './responses/spend-caps.js'
import { sendDenial, type RestHost } from './rest-context.js'
import type { RestApp } from './type-provider.js'

const PERIODS: readonly Lowercase<SpendCapPeriod>[] = ['day', 'month', 'billing_period']
const scope = {
  account_id: ownAccount,
  feature: feature.describe('Code of a feature that the catalog lists in `spend_caps`.'),
  period: z.enum(PERIODS).describe('Period of the cap.'),
  as_operator: z
    .boolean()
    .optional()
    .describe('The cap that the account cannot change. Requires an operator. Default: false.'),
  user_id: z.string().nullish().describe('Member whose use the cap limits. Default: the whole account.'),
}
const listRequest = z.strictObject({ account_id: ownAccount })
const setRequest = z.strictObject({
  ...scope,
  amount: whole
    .nullish()
    .describe(
      'Most units in a period, 0–1,000,000,000,000; at most the cap of the operator. 0 allows no unit. Give either this or `money`.',
    ),
  money: money
    .nullish()
    .describe(
      'Highest cost beyond the allowance in a period, in the currency of the catalog; at most the cap of the operator. 0 allows nothing beyond the allowance.',
    ),
  alert_percents: z
    .array(whole)
    .nullish()
    .describe(
      'Percent of the amount at which an alert is sent, 1–100, at most 5. Default: those of the cap that it replaces, otherwise none.',
    ),
  idempotency_key: idempotencyKey,
})
const removeRequest = z.strictObject({
  ...scope,
  in_money: z.boolean().optional().describe('Remove the cap in money instead of the cap in units. Default: false.'),
  idempotency_key: idempotencyKey,
})

/** Spend caps over REST: the same operations as in GraphQL. */
export function spendCapRoutes(host: RestHost) {
  return (app: RestApp): void => {
    const base = '/api/v1/entitlements'
    app.addHook('preValidation', authenticate(host))
    describeRoutes(app, { tag: 'Entitlements', access: 'bearer', errors: ['FORBIDDEN', 'NOT_FOUND'] })

    app.post(
      `${base}/spend-caps`,
      {
        schema: {
          operationId: 'listSpendCaps',
          summary:
            'Returns the spend caps of an account and of its members, in units and in money, with the use of the present period.',
          body: listRequest,
          example: { account_id: 'person:auth0|ann' },
          response: { 200: spendCapsResponse },
        },
      },
      async ({ requestContext: context, body }) =>
        spendCapsBody(context, (await entitlementAccount(context, body.account_id)).id),
    )

    app.post(
      `${base}/set-spend-cap`,
      {
        schema: {
          operationId: 'setSpendCap',
          summary:
            'Sets the most units of a feature that an account or a member uses in a period, or their highest cost.',
          description:
            'Further use is denied. Replaces an earlier cap of the feature, period and member: one in units, or one in money. Requires an owner or admin.',
          body: setRequest,
          example: {
            account_id: 'person:auth0|ann',
            feature: 'ai_credits',
            period: 'month',
            amount: 5000,
            alert_percents: [80, 100],
            idempotency_key: 'cap-month-1',
          },
          response: { 200: spendCapsResponse },
          errors: [
            'FEATURE_NOT_INCLUDED',
            'INVALID_AMOUNT',
            'INVALID_PARAMETERS',
            'NO_OVERAGE_PRICE',
            'IDEMPOTENCY_MISMATCH',
          ],
        },
      },
      async ({ requestContext: context, body }, reply) => {
        const outcome = await setSpendCap(context, {
          ...scopeOf(body),
          amount: body.amount ?? null,
          money: body.money ?? null,
          alertPercents: body.alert_percents ?? null,
        })
        return outcome.kind === 'denied'
          ? sendDenial(context, reply, outcome.denial, restPath)
          : changed(context, outcome)
      },
    )

    app.post(
      `${base}/remove-spend-cap`,
      {
        schema: {
          operationId: 'removeSpendCap',
          summary: 'Removes a spend cap.',
          description: 'Requires an owner or admin.',
          body: removeRequest,
          example: {
            account_id: 'person:auth0|ann',
            feature: 'ai_credits',
            period: 'day',
            idempotency_key: 'remove-cap-day-1',
          },
          response: { 200: spendCapsResponse },
          errors: ['INVALID_TRANSITION', 'IDEMPOTENCY_MISMATCH'],
        },
      },
      async ({ requestContext: context, body }, reply) => {
        const outcome = await removeSpendCap(context, { ...scopeOf(body), inMoney: body.in_money ?? false })
        return outcome.kind === 'denied' ? sendDenial(context, reply, outcome.denial) : changed(context, outcome)
      },
    )
  }
}

const scopeOf = (body: z.output<typeof setRequest> | z.output<typeof removeRequest>) => ({
  accountId: body.account_id,
  feature: body.feature,
  period: body.period.toUpperCase() as SpendCapPeriod,
  asOperator: body.as_operator ?? false,
  userId: body.user_id ?? null,
  idempotencyKey: body.idempotency_key,
})

/** Money has its amount as a decimal here. */
const restPath: RestPath = (path) => snakeCase(path.map((part) => (part === 'amountMinor' ? 'amount' : part)))

function changed(context: RequestContext, { account }: SpendCapChanged) {
  // The account was read before the change.
  context.clearLoaded()
  return spendCapsBody(context, account.id)
}

async function spendCapsBody(context: RequestContext, accountId: string) {
  const snapshot = await context.loaders.snapshots.load(accountId)
  const catalog = context.catalog.current()
  const bodiesOf = (statesOf: typeof memberCapStates) => {
    const caps = catalog.spendCaps.flatMap((code) => {
      const capped = catalog.features.get(code)
      return snapshot && capped ? statesOf(catalog, snapshot, capped).map((state) => ({ capped, state })) : []
    })
    return {
      units: caps.flatMap(({ capped, state }) =>
        state.cap.currency === null
          ? [{ userId: state.cap.userId, body: capBody(capped, state, (units) => units) }]
          : [],
      ),
      money: caps.flatMap(({ capped, state }) => {
        const { currency, userId } = state.cap
        if (currency === null) return []
        return [{ userId, body: capBody(capped, state, (amountMinor) => moneyBody({ amountMinor, currency })) }]
      }),
    }
  }
  const [ofAccount, ofMembers] = [bodiesOf(capStates), bodiesOf(memberCapStates)]
  return {
    account_id: accountId,
    spend_caps: ofAccount.units.map(({ body }) => body),
    money_caps: ofAccount.money.map(({ body }) => body),
    member_caps: ofMembers.units.map(({ userId, body }) => ({ user_id: userId!, ...body })),
    member_money_caps: ofMembers.money.map(({ userId, body }) => ({ user_id: userId!, ...body })),
  }
}

/** @param shown the form of an amount: units, or money */
const capBody = <Amount>(
  { code }: FeatureDefinition,
  { cap, used, reserved, remaining, period }: CapState,
  shown: (amount: number) => Amount,
) => ({
  feature: code,
  period: cap.period.toLowerCase(),
  setter: cap.setter.toLowerCase(),
  amount: shown(cap.amount),
  used: shown(used),
  reserved: shown(reserved),
  remaining: shown(remaining),
  alert_percents: cap.alertPercents,
  resets_at: period.end.toISOString(),
})
