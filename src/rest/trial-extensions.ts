import { z } from 'zod'
import { extendTrial } from '../services/billing/subscriptions/changes/extend-trial.js'
import { previewTrialExtension } from '../services/billing/subscriptions/changes/preview-trial-extension.js'
import { authenticate } from './authenticate.js'
import { account, name } from './entitlement-requests.js'
import { idempotencyKey, moment, text } from './field-types.js'
import { moneyBody } from './money-bodies.js'
import { describeRoutes } from './openapi/route-description.js'
import { extendedTrialResponse, trialExtensionPreviewResponse } from './responses/trial-extensions.js'
import { sendDenial, type RestHost } from './rest-context.js'
import type { RestApp } from './type-provider.js'

const previewRequest = z.strictObject({
  account_id: account,
  plan: name
    .nullish()
    .describe('Code of a plan, for an account with several subscriptions. Default: the main subscription.'),
  until: moment.describe('New end (business clock): after the present end, and at most 365 days from now.'),
})
const extendRequest = previewRequest.extend({
  reason: text(10_000).describe('Reason for the audit log, 1–500 characters. The account sees it.'),
  idempotency_key: idempotencyKey,
})

const ERRORS = [
  'INVALID_PARAMETERS',
  'INVALID_PLAN',
  'INVALID_TRANSITION',
  'NO_ACTIVE_SUBSCRIPTION',
  'NOT_SUPPORTED_BY_PROVIDER',
  'PROVIDER_UNAVAILABLE',
  'SUBSCRIPTION_CONFLICT',
] as const

/** Later ends of trials over REST: the same operations as in GraphQL. */
export function trialExtensionRoutes(host: RestHost) {
  return (app: RestApp): void => {
    const base = '/api/v1/billing'
    app.addHook('preValidation', authenticate(host))
    describeRoutes(app, { tag: 'Billing', access: 'bearer', errors: ['FORBIDDEN', 'NOT_FOUND'] })

    app.post(
      `${base}/preview-trial-extension`,
      {
        schema: {
          operationId: 'previewTrialExtension',
          summary: 'Returns the first charge after a later end of a trial, and its date.',
          description: 'Nothing is changed. Requires an operator.',
          body: previewRequest,
          example: { account_id: 'person:auth0|ann', until: '2026-12-01T00:00:00Z' },
          response: { 200: trialExtensionPreviewResponse },
          errors: [...ERRORS],
        },
      },
      async ({ requestContext: context, body }, reply) => {
        const outcome = await previewTrialExtension(context, extensionOf(body))
        if (outcome.kind === 'denied') return sendDenial(context, reply, outcome.denial)
        const { plan, trialEnd, until, firstCharge } = outcome
        return {
          plan: plan.code,
          trial_end: trialEnd.toISOString(),
          until: until.toISOString(),
          first_charge: firstCharge && moneyBody(firstCharge),
        }
      },
    )

    app.post(
      `${base}/extend-trial`,
      {
        schema: {
          operationId: 'extendTrial',
          summary: 'Moves the end of a running trial to a later time, at the provider.',
          description: 'Nothing is charged before it. Requires an operator.',
          body: extendRequest,
          example: {
            account_id: 'person:auth0|ann',
            until: '2026-12-01T00:00:00Z',
            reason: 'Waits for a review',
            idempotency_key: 'trial-1',
          },
          response: { 200: extendedTrialResponse },
          errors: [...ERRORS, 'PAYMENT_FAILED', 'RATE_LIMITED', 'IDEMPOTENCY_MISMATCH'],
        },
      },
      async ({ requestContext: context, body }, reply) => {
        const outcome = await extendTrial(context, {
          ...extensionOf(body),
          reason: body.reason,
          idempotencyKey: body.idempotency_key,
        })
        if (outcome.kind === 'denied') return sendDenial(context, reply, outcome.denial)
        const { subscription } = outcome
        return {
          account_id: subscription.accountId,
          subscription_id: subscription.id,
          plan: context.catalog.current().planByVersionId.get(subscription.planVersionId)!.code,
          status: subscription.status.toLowerCase(),
          trial_end: subscription.trialEnd?.toISOString() ?? null,
        }
      },
    )
  }
}

const extensionOf = (body: z.output<typeof previewRequest>) => ({
  accountId: body.account_id,
  plan: body.plan ?? null,
  until: body.until,
})
