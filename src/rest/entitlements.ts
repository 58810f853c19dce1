import { z } from 'zod'
import { consume } from '../services/entitlements/usage/consume.js'
import { commitReservation } from '../services/entitlements/usage/commit-reservation.js'
import { releaseReservation } from '../services/entitlements/usage/release-reservation.js'
import { reserve } from '../services/entitlements/usage/reserve.js'
import { allocate } from '../services/entitlements/allocations/allocate.js'
import { deallocate } from '../services/entitlements/allocations/deallocate.js'
import { checks } from '../services/entitlements/check/checks.js'
import { authenticate } from './authenticate.js'
import { allocationBody, checkBody, consumptionBody, reservationBody } from './entitlement-bodies.js'
import {
  allocationResponse,
  checkResponse,
  consumptionResponse,
  reservationResponse,
} from './responses/entitlements.js'
import { sendDenial, type RestHost } from './rest-context.js'
import type { RestApp } from './type-provider.js'

const name = z.string().min(1).max(200)
/** Any number: a value that is not an integer is denied with its own code instead of as a malformed body. */
const amount = z.number()
const key = z.string()
const reference = z.string().nullish()

const checkRequest = z.strictObject({ account_id: name.nullish(), feature: name, amount: amount.nullish() })
const consumeRequest = z.strictObject({
  account_id: name,
  feature: name,
  amount: amount.optional(),
  reference,
  idempotency_key: key,
})
const reserveRequest = z.strictObject({
  account_id: name,
  feature: name,
  amount: amount.optional(),
  expires_in_seconds: z.number().nullish(),
  reference,
  idempotency_key: key,
})
const commitRequest = z.strictObject({ reservation_id: name, amount: amount.nullish(), idempotency_key: key })
const releaseRequest = z.strictObject({ reservation_id: name, idempotency_key: key })
const allocateRequest = z.strictObject({ account_id: name, feature: name, resource_id: z.string() })

/**
 * Entitlement operations for services over REST: the same operations as in GraphQL, with 402 where a purchase lifts a
 * denial.
 */
export function entitlementRoutes(host: RestHost) {
  return (app: RestApp): void => {
    const base = '/api/v1/entitlements'
    app.addHook('preValidation', authenticate(host))

    app.post(
      `${base}/check`,
      { schema: { body: checkRequest, response: { 200: checkResponse } } },
      async ({ requestContext: context, body }) => {
        const question = { accountId: body.account_id ?? null, feature: body.feature, amount: body.amount ?? null }
        const [check] = await checks(context, [question])
        return checkBody(check!)
      },
    )

    app.post(
      `${base}/consume`,
      { schema: { body: consumeRequest, response: { 200: consumptionResponse } } },
      async (request, reply) => {
        const { requestContext: context, body } = request
        const outcome = await consume(context, {
          accountId: body.account_id,
          feature: body.feature,
          ...(body.amount === undefined ? {} : { amount: body.amount }),
          reference: body.reference ?? null,
          idempotencyKey: body.idempotency_key,
        })
        if (outcome.kind === 'denied') return sendDenial(context, reply, outcome.denial)
        return consumptionBody(context, outcome.consumption, outcome.appliedFailurePolicy)
      },
    )

    app.post(
      `${base}/reserve`,
      { schema: { body: reserveRequest, response: { 200: reservationResponse } } },
      async (request, reply) => {
        const { requestContext: context, body } = request
        const outcome = await reserve(context, {
          accountId: body.account_id,
          feature: body.feature,
          amount: body.amount ?? 1,
          expiresInSeconds: body.expires_in_seconds ?? null,
          reference: body.reference ?? null,
          idempotencyKey: body.idempotency_key,
        })
        if (outcome.kind === 'denied') return sendDenial(context, reply, outcome.denial)
        return reservationBody(context, outcome.reservation)
      },
    )

    app.post(
      `${base}/commit`,
      { schema: { body: commitRequest, response: { 200: consumptionResponse } } },
      async (request, reply) => {
        const { requestContext: context, body } = request
        const outcome = await commitReservation(context, {
          reservationId: body.reservation_id,
          amount: body.amount ?? null,
          idempotencyKey: body.idempotency_key,
        })
        if (outcome.kind === 'denied') return sendDenial(context, reply, outcome.denial)
        return consumptionBody(context, outcome.consumption, null)
      },
    )

    app.post(
      `${base}/release`,
      { schema: { body: releaseRequest, response: { 200: reservationResponse } } },
      async (request, reply) => {
        const { requestContext: context, body } = request
        const outcome = await releaseReservation(context, {
          reservationId: body.reservation_id,
          idempotencyKey: body.idempotency_key,
        })
        if (outcome.kind === 'denied') return sendDenial(context, reply, outcome.denial)
        return reservationBody(context, outcome.reservation)
      },
    )

    for (const [verb, act] of Object.entries({ allocate, deallocate }))
      app.post(
        `${base}/${verb}`,
        { schema: { body: allocateRequest, response: { 200: allocationResponse } } },
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
