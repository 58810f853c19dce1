import type { z } from 'zod'
import type { RequestContext } from '#context/request-context.js'
import type { ExpiryPolicy } from '#entities/entitlements/reservation-state.js'
import { useTextsOf } from '#services/entitlements/model/use-texts.js'
import { consume } from '#services/entitlements/usage/consume.js'
import { commitReservation } from '#services/entitlements/usage/commit-reservation.js'
import { extendReservation } from '#services/entitlements/usage/extend-reservation.js'
import { releaseReservation } from '#services/entitlements/usage/release-reservation.js'
import { reserve } from '#services/entitlements/usage/reserve.js'
import { allocate } from '#services/entitlements/allocations/allocate.js'
import { deallocate } from '#services/entitlements/allocations/deallocate.js'
import { check } from '#services/entitlements/check/checks.js'
import { authenticate } from '../authenticate.js'
import { acceptPayments } from '../pay-denial.js'
import { planCheck } from '#services/entitlements/check/plan-check.js'
import {
  allocateRequest,
  checkRequest,
  commitRequest,
  consumeRequest,
  extendRequest,
  planCheckRequest,
  releaseRequest,
  propertiesOf,
  reserveRequest,
  useOf,
  workOf,
} from './entitlement-requests.js'
import { allocationBody, checkBody, consumptionBody, planCheckBody, reservationBody } from './entitlement-bodies.js'
import {
  allocationResponse,
  checkResponse,
  consumptionResponse,
  planCheckResponse,
  reservationResponse,
} from './responses/entitlements.js'
import type { ReserveOutcome } from '#services/entitlements/usage/run-operation.js'
import { describeRoutes, type Code } from '../openapi/route-description.js'
import { sendDenial, type RestHost } from '../rest-context.js'
import type { RestApp } from '../type-provider.js'

const USAGE_ERRORS = [
  'FEATURE_NOT_INCLUDED',
  'INSUFFICIENT_PLAN',
  'QUOTA_EXCEEDED',
  'LIMIT_REACHED',
  'INSUFFICIENT_CREDITS',
  'OVERAGE_CAP_REACHED',
  'POOL_EXHAUSTED',
  'SPEND_CAP_REACHED',
  'RATE_LIMITED',
  'INVALID_AMOUNT',
  'INVALID_PARAMETERS',
  'IDEMPOTENCY_MISMATCH',
  'PROVIDER_UNAVAILABLE',
] as const

const SUMMARIES = {
  allocate: 'Counts a resource against a limit.',
  deallocate: 'Stops counting a resource against a limit.',
}

/**
 * Entitlement operations for services over REST: the same operations as in GraphQL, with 402 where a purchase lifts a
 * denial.
 */
export function entitlementRoutes(host: RestHost) {
  return (app: RestApp): void => {
    const base = '/api/v1/entitlements'
    app.addHook('preValidation', authenticate(host))
    acceptPayments(app, host)
    describeRoutes(app, { tag: 'Entitlements', access: 'bearer', errors: ['FORBIDDEN', 'NOT_FOUND'] })

    app.post(
      `${base}/check`,
      {
        schema: {
          operationId: 'checkEntitlement',
          summary: 'Checks whether an account can use a feature now.',
          body: checkRequest,
          example: { account_id: 'person:auth0|ann', feature: 'models', amount: 1 },
          response: { 200: checkResponse },
          errors: ['INVALID_AMOUNT', 'INVALID_PARAMETERS'],
        },
      },
      async ({ requestContext: context, body }) => {
        const question = { accountId: body.account_id ?? null, feature: body.feature, ...useOf(body) }
        return checkBody(context, await check(context, question))
      },
    )

    app.post(
      `${base}/check-plan`,
      {
        schema: {
          operationId: 'checkPlan',
          summary: 'Checks whether an account has a plan, or one of a higher rank.',
          body: planCheckRequest,
          example: { account_id: 'person:auth0|ann', plan: 'plus' },
          response: { 200: planCheckResponse },
        },
      },
      async ({ requestContext: context, body }) =>
        planCheckBody(context, await planCheck(context, { accountId: body.account_id ?? null, plan: body.plan })),
    )

    app.post(
      `${base}/consume`,
      {
        schema: {
          operationId: 'consume',
          isPayable: true,
          summary: 'Uses units of a quota or of credits.',
          body: consumeRequest,
          example: {
            account_id: 'person:auth0|ann',
            feature: 'attribution_runs',
            amount: 1,
            idempotency_key: 'run-4711',
          },
          response: { 200: consumptionResponse },
          errors: [...USAGE_ERRORS],
        },
      },
      async (request, reply) => {
        const { requestContext: context, body } = request
        const outcome = await consume(context, {
          accountId: body.account_id,
          feature: body.feature,
          ...(body.amount === undefined ? {} : { amount: body.amount }),
          work: workOf(body.work),
          properties: propertiesOf(body.properties),
          ...useTextsOf(body),
          userId: body.user_id ?? null,
          idempotencyKey: body.idempotency_key,
        })
        if (outcome.kind === 'denied') return sendDenial(context, reply, outcome.denial)
        return consumptionBody(context, outcome.consumption, outcome.appliedFailurePolicy)
      },
    )

    app.post(
      `${base}/reserve`,
      {
        schema: {
          operationId: 'reserve',
          isPayable: true,
          summary: 'Holds units until they are committed, released or expired.',
          body: reserveRequest,
          example: {
            account_id: 'person:auth0|ann',
            feature: 'attribution_runs',
            amount: 1,
            idempotency_key: 'run-4712',
          },
          response: { 200: reservationResponse },
          errors: [...USAGE_ERRORS],
        },
      },
      async (request, reply) => {
        const { requestContext: context, body } = request
        const outcome = await reserve(context, {
          accountId: body.account_id,
          feature: body.feature,
          amount: body.amount ?? (body.work ? undefined : 1),
          work: workOf(body.work),
          expiresInSeconds: body.expires_in_seconds ?? null,
          properties: propertiesOf(body.properties),
          onExpiry: (body.on_expiry?.toUpperCase() ?? null) as ExpiryPolicy | null,
          ...useTextsOf(body),
          userId: body.user_id ?? null,
          idempotencyKey: body.idempotency_key,
        })
        if (outcome.kind === 'denied') return sendDenial(context, reply, outcome.denial)
        return reservationBody(context, outcome.reservation)
      },
    )

    app.post(
      `${base}/commit`,
      {
        schema: {
          operationId: 'commitReservation',
          isPayable: true,
          summary: 'Uses the units of a reservation.',
          body: commitRequest,
          example: { reservation_id: 'rsv_1', idempotency_key: 'run-4712-commit' },
          response: { 200: consumptionResponse },
          errors: [
            'QUOTA_EXCEEDED',
            'INSUFFICIENT_CREDITS',
            'OVERAGE_CAP_REACHED',
            'POOL_EXHAUSTED',
            'SPEND_CAP_REACHED',
            'PROVIDER_UNAVAILABLE',
            'RESERVATION_CLOSED',
            'INVALID_AMOUNT',
            'INVALID_PARAMETERS',
            'IDEMPOTENCY_MISMATCH',
          ],
        },
      },
      async (request, reply) => {
        const { requestContext: context, body } = request
        const outcome = await commitReservation(context, {
          reservationId: body.reservation_id,
          amount: body.amount,
          work: workOf(body.work),
          providerCost: body.provider_cost ?? null,
          idempotencyKey: body.idempotency_key,
        })
        if (outcome.kind === 'denied') return sendDenial(context, reply, outcome.denial)
        return consumptionBody(context, outcome.consumption, null)
      },
    )

    /** Changes a reservation, and returns it. */
    const change = <Body extends z.ZodType>(
      verb: 'extend' | 'release',
      route: { summary: string; body: Body; example: object; errors: readonly Code[] },
      run: (context: RequestContext, body: z.infer<Body>) => Promise<ReserveOutcome>,
    ) =>
      app.post(
        `${base}/${verb}`,
        {
          schema: {
            operationId: `${verb}Reservation`,
            ...(verb === 'extend' ? { isPayable: true } : {}),
            ...route,
            response: { 200: reservationResponse },
          },
        },
        async ({ requestContext: context, body }, reply) => {
          const outcome = await run(context, body as z.infer<Body>)
          if (outcome.kind === 'denied') return sendDenial(context, reply, outcome.denial)
          return reservationBody(context, outcome.reservation)
        },
      )
    change(
      'extend',
      {
        summary: 'Changes the end or the estimate of a reservation.',
        body: extendRequest,
        example: { reservation_id: 'rsv_1', expires_in_seconds: 300, idempotency_key: 'run-4712-extend-1' },
        errors: [...USAGE_ERRORS, 'RESERVATION_CLOSED'],
      },
      (context, body) =>
        extendReservation(context, {
          reservationId: body.reservation_id,
          expiresInSeconds: body.expires_in_seconds ?? null,
          estimate: body.estimate ?? null,
          work: workOf(body.work),
          idempotencyKey: body.idempotency_key,
        }),
    )
    change(
      'release',
      {
        summary: 'Returns the units of a reservation.',
        body: releaseRequest,
        example: { reservation_id: 'rsv_1', idempotency_key: 'run-4712-release' },
        errors: ['RESERVATION_CLOSED', 'IDEMPOTENCY_MISMATCH'],
      },
      (context, { reservation_id: reservationId, idempotency_key: idempotencyKey }) =>
        releaseReservation(context, { reservationId, idempotencyKey }),
    )

    for (const [verb, act] of Object.entries({ allocate, deallocate }))
      app.post(
        `${base}/${verb}`,
        {
          schema: {
            operationId: verb,
            ...(verb === 'allocate' ? { isPayable: true } : {}),
            summary: SUMMARIES[verb as keyof typeof SUMMARIES],
            body: allocateRequest,
            example: { account_id: 'person:auth0|ann', feature: 'models', resource_id: 'model-1' },
            response: { 200: allocationResponse },
            errors: [...USAGE_ERRORS],
          },
        },
        async (request, reply) => {
          const { requestContext: context, body } = request
          const outcome = await act(context, {
            accountId: body.account_id,
            feature: body.feature,
            resourceId: body.resource_id,
          })
          if (outcome.kind === 'denied') return sendDenial(context, reply, outcome.denial)
          return allocationBody(context, outcome.allocation)
        },
      )
  }
}
