import { z } from 'zod'
import { cancelSubscription } from '../services/billing/subscriptions/changes/cancel-subscription.js'
import { changePlan } from '../services/billing/subscriptions/changes/change-plan.js'
import { previewCancellation } from '../services/billing/subscriptions/changes/preview-cancellation.js'
import {
  previewPlanChange,
  type PreviewedChange,
} from '../services/billing/subscriptions/changes/preview-plan-change.js'
import { resumeSubscription } from '../services/billing/subscriptions/changes/resume-subscription.js'
import { accountSubscription, billingAccount } from '../services/billing/queries/visible-billing.js'
import { authenticate } from './authenticate.js'
import { entitlementBody } from './entitlement-bodies.js'
import { account, name, ownAccount } from './entitlement-requests.js'
import { idempotencyKey, text } from './field-types.js'
import { moneyBody } from './money-bodies.js'
import { describeRoutes } from './openapi/route-description.js'
import {
  cancellationPreviewResponse,
  currentSubscriptionResponse,
  planChangedResponse,
  planChangePreviewResponse,
  subscriptionResponse,
} from './responses/plan-changes.js'
import { sendDenial, type RestHost } from './rest-context.js'
import { subscriptionBody } from './subscription-body.js'
import type { RestApp } from './type-provider.js'

const at = z.enum(['now', 'period_end']).nullish()

const terms = {
  plan: name.describe('Code of the plan. Pass the current plan to change only the interval or quantity.'),
  interval: z.enum(['month', 'year']).nullish().describe('Billing interval. Default: unchanged.'),
  quantity: z.int().nullish().describe('Units of a plan that is priced by the unit. Default: unchanged.'),
  at: at.describe('Effective time. Default: upgrades now, downgrades at period end; in a trial always now.'),
  negotiated_plan_id: name
    .nullish()
    .describe('ID of a negotiated plan. Its price, interval and quantity apply instead of those of this request.'),
  promotion_code: text(100)
    .nullish()
    .describe('Promotion code to redeem when the change takes effect. The subscription can have one code at a time.'),
}
const cancellationAt = at.describe('Effective time of the cancellation. Default: `period_end`.')

const readRequest = z.strictObject({ account_id: ownAccount })
const previewRequest = z.strictObject({ account_id: ownAccount, ...terms })
const changeRequest = z.strictObject({ account_id: account, ...terms, idempotency_key: idempotencyKey })
const previewCancellationRequest = z.strictObject({ account_id: ownAccount, at: cancellationAt })
const cancelRequest = z.strictObject({
  account_id: account,
  at: cancellationAt,
  reason: text(10_000)
    .nullish()
    .describe('Reason given by the customer, at most 500 characters. Stored, and passed to the provider.'),
  idempotency_key: idempotencyKey,
})
const resumeRequest = z.strictObject({ account_id: account, idempotency_key: idempotencyKey })

const PLAN_ERRORS = [
  'INVALID_AMOUNT',
  'INVALID_PLAN',
  'INVALID_PRICE',
  'INVALID_TRANSITION',
  'NO_ACTIVE_SUBSCRIPTION',
  'NOT_FOR_SALE',
  'NOT_SUPPORTED_BY_PROVIDER',
  'PAYMENT_FAILED',
  'PROVIDER_UNAVAILABLE',
  'SUBSCRIPTION_CONFLICT',
] as const

const CHANGE_ERRORS = ['RATE_LIMITED', 'IDEMPOTENCY_MISMATCH'] as const

/** Changes and cancellations of a subscription over REST: the same operations as in GraphQL. */
export function planChangeRoutes(host: RestHost) {
  return (app: RestApp): void => {
    const base = '/api/v1/billing'
    app.addHook('preValidation', authenticate(host))
    describeRoutes(app, { tag: 'Billing', access: 'bearer', errors: ['FORBIDDEN', 'NOT_FOUND'] })

    app.post(
      `${base}/subscription`,
      {
        schema: {
          operationId: 'readSubscription',
          summary: 'Returns the current subscription of an account, with its scheduled change.',
          body: readRequest,
          example: { account_id: 'person:auth0|ann' },
          response: { 200: currentSubscriptionResponse },
        },
      },
      async ({ requestContext: context, body }) => {
        const { id } = await billingAccount(context, body.account_id)
        const load = (accountId: string) => context.loaders.liveSubscriptionOfAccount.load(accountId)
        const row = await accountSubscription(context, id, load)
        return { account_id: id, subscription: row && (await subscriptionBody(context, row)) }
      },
    )

    app.post(
      `${base}/preview-plan-change`,
      {
        schema: {
          operationId: 'previewPlanChange',
          summary: 'Returns cost and entitlements of a change of plan, interval or quantity before it is made.',
          description: 'Nothing is changed. Requires an owner or admin.',
          body: previewRequest,
          example: { account_id: 'person:auth0|ann', plan: 'individual' },
          response: { 200: planChangePreviewResponse },
          errors: [...PLAN_ERRORS],
        },
      },
      async ({ requestContext: context, body }, reply) => {
        const outcome = await previewPlanChange(context, changeOf(body))
        if (outcome.kind === 'denied') return sendDenial(context, reply, outcome.denial)
        return {
          effective_at: outcome.effectiveAt.toISOString(),
          due_now: moneyBody(outcome.dueNow),
          credit: moneyBody(outcome.credit),
          unused_time: context.catalog.current().unusedTime.toLowerCase(),
          lines: linesBody(outcome.lines),
          next_amount: outcome.next && moneyBody(outcome.next.amount),
          next_date: outcome.next?.at.toISOString() ?? null,
          begins_period: outcome.beginsPeriod,
          entitlements_before: outcome.entitlementsBefore.map(entitlementBody),
          entitlements_after: outcome.entitlementsAfter.map(entitlementBody),
        }
      },
    )

    app.post(
      `${base}/change-plan`,
      {
        schema: {
          operationId: 'changePlan',
          summary: 'Changes plan, interval or quantity of the active subscription.',
          description:
            'A change to the current plan cancels a scheduled change. A change that the bank must confirm has an `action_url`. Requires an owner or admin.',
          body: changeRequest,
          example: { account_id: 'person:auth0|ann', plan: 'individual', idempotency_key: 'change-1' },
          response: { 200: planChangedResponse },
          errors: [...PLAN_ERRORS, ...CHANGE_ERRORS],
        },
      },
      async ({ requestContext: context, body }, reply) => {
        const outcome = await changePlan(context, { ...changeOf(body), idempotencyKey: body.idempotency_key })
        if (outcome.kind === 'denied') return sendDenial(context, reply, outcome.denial)
        const { effectiveAt, actionUrl, credit, subscription } = outcome
        return {
          effective_at: effectiveAt.toISOString(),
          action_url: actionUrl,
          credit: credit && moneyBody(credit),
          subscription: await subscriptionBody(context, subscription),
        }
      },
    )

    app.post(
      `${base}/preview-cancellation`,
      {
        schema: {
          operationId: 'previewCancellation',
          summary: 'Returns the end of a cancellation and the credit for unused time.',
          description: 'Nothing is changed. Requires an owner or admin.',
          body: previewCancellationRequest,
          example: { account_id: 'person:auth0|ann', at: 'now' },
          response: { 200: cancellationPreviewResponse },
          errors: ['NO_ACTIVE_SUBSCRIPTION', 'PROVIDER_UNAVAILABLE'],
        },
      },
      async ({ requestContext: context, body }, reply) => {
        const outcome = await previewCancellation(context, { accountId: body.account_id, at: changeTime(body.at) })
        if (outcome.kind === 'denied') return sendDenial(context, reply, outcome.denial)
        return {
          effective_at: outcome.effectiveAt.toISOString(),
          credit: moneyBody(outcome.credit),
          due: moneyBody(outcome.due),
          unused_time: context.catalog.current().unusedTime.toLowerCase(),
          lines: linesBody(outcome.lines),
          as_refund: outcome.asRefund,
        }
      },
    )

    app.post(
      `${base}/cancel-subscription`,
      {
        schema: {
          operationId: 'cancelSubscription',
          summary: 'Cancels the active subscription, immediately or at period end.',
          description: 'Requires an owner or admin.',
          body: cancelRequest,
          example: { account_id: 'person:auth0|ann', reason: 'Too expensive', idempotency_key: 'cancel-1' },
          response: { 200: subscriptionResponse },
          errors: ['INVALID_PARAMETERS', 'NO_ACTIVE_SUBSCRIPTION', 'PROVIDER_UNAVAILABLE', ...CHANGE_ERRORS],
        },
      },
      async ({ requestContext: context, body }, reply) => {
        const outcome = await cancelSubscription(context, {
          accountId: body.account_id,
          at: changeTime(body.at),
          reason: body.reason ?? null,
          idempotencyKey: body.idempotency_key,
        })
        if (outcome.kind === 'denied') return sendDenial(context, reply, outcome.denial)
        return subscriptionBody(context, outcome.subscription)
      },
    )

    app.post(
      `${base}/resume-subscription`,
      {
        schema: {
          operationId: 'resumeSubscription',
          summary: 'Cancels a scheduled cancellation, otherwise a scheduled change, otherwise resumes after a pause.',
          description: 'Requires an owner or admin.',
          body: resumeRequest,
          example: { account_id: 'person:auth0|ann', idempotency_key: 'resume-1' },
          response: { 200: subscriptionResponse },
          errors: [
            'INVALID_TRANSITION',
            'NO_ACTIVE_SUBSCRIPTION',
            'NOT_SUPPORTED_BY_PROVIDER',
            'PAYMENT_FAILED',
            'PROVIDER_UNAVAILABLE',
            'SUBSCRIPTION_CONFLICT',
            ...CHANGE_ERRORS,
          ],
        },
      },
      async ({ requestContext: context, body }, reply) => {
        const outcome = await resumeSubscription(context, {
          accountId: body.account_id,
          idempotencyKey: body.idempotency_key,
        })
        if (outcome.kind === 'denied') return sendDenial(context, reply, outcome.denial)
        return subscriptionBody(context, outcome.subscription)
      },
    )
  }
}

const changeTime = (given: 'now' | 'period_end' | null | undefined) =>
  given ? (given.toUpperCase() as Uppercase<typeof given>) : null

const changeOf = (body: z.output<typeof previewRequest>) => ({
  accountId: body.account_id ?? null,
  plan: body.plan,
  interval: body.interval ? (body.interval.toUpperCase() as Uppercase<typeof body.interval>) : null,
  quantity: body.quantity ?? null,
  at: changeTime(body.at),
  negotiatedPlanId: body.negotiated_plan_id ?? null,
  promotionCode: body.promotion_code ?? null,
})

const linesBody = (lines: PreviewedChange['lines']) =>
  lines.map(({ amount, discount, periodStart, periodEnd, ...line }) => ({
    description: line.description,
    money: moneyBody(amount),
    discount: discount && moneyBody(discount),
    quantity: line.quantity,
    proration: line.proration,
    period_start: periodStart?.toISOString() ?? null,
    period_end: periodEnd?.toISOString() ?? null,
  }))
