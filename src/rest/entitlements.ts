import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import { consume } from '../services/entitlements/usage/consume.js'
import { commitReservation, releaseReservation, reserve } from '../services/entitlements/usage/reserve.js'
import { allocateResource, deallocateResource } from '../services/entitlements/allocations/allocate-resource.js'
import { checkMany } from '../services/entitlements/check/check.js'
import type { RequestContext } from '../context/request-context.js'
import type { Denied } from '../services/kernel/idempotency/idempotent-mutation.js'
import { allocationBody, checkBody, consumptionBody, reservationBody } from './entitlement-bodies.js'
import { parseBody } from './parse-body.js'
import { sendDenial, type RestHost } from './rest-context.js'

const name = z.string().min(1).max(200)
/** Any number: a value that is not an integer is denied with its own code instead of as a malformed body. */
const amount = z.number()
const key = z.string()
const reference = z.string().nullish()

const shapes = {
  check: z.strictObject({ account_id: name.nullish(), feature: name, amount: amount.nullish() }),
  consume: z.strictObject({
    account_id: name,
    feature: name,
    amount: amount.optional(),
    reference,
    idempotency_key: key,
  }),
  reserve: z.strictObject({
    account_id: name,
    feature: name,
    amount: amount.optional(),
    expires_in_seconds: z.number().nullish(),
    reference,
    idempotency_key: key,
  }),
  commit: z.strictObject({ reservation_id: name, amount: amount.nullish(), idempotency_key: key }),
  release: z.strictObject({ reservation_id: name, idempotency_key: key }),
  allocate: z.strictObject({ account_id: name, feature: name, resource_id: z.string() }),
}

const verbs = {
  check: async (context: RequestContext, input: unknown) => {
    const body = parseBody(shapes.check, input)
    const question = { accountId: body.account_id ?? null, feature: body.feature, amount: body.amount ?? null }
    const [check] = await checkMany(context, [question])
    return checkBody(check!)
  },
  consume: async (context: RequestContext, input: unknown) => {
    const body = parseBody(shapes.consume, input)
    const outcome = await consume(context, {
      accountId: body.account_id,
      feature: body.feature,
      ...(body.amount === undefined ? {} : { amount: body.amount }),
      reference: body.reference ?? null,
      idempotencyKey: body.idempotency_key,
    })
    return outcome.kind === 'denied'
      ? outcome
      : consumptionBody(context, outcome.consumption, outcome.appliedFailurePolicy)
  },
  reserve: async (context: RequestContext, input: unknown) => {
    const body = parseBody(shapes.reserve, input)
    const outcome = await reserve(context, {
      accountId: body.account_id,
      feature: body.feature,
      amount: body.amount ?? 1,
      expiresInSeconds: body.expires_in_seconds ?? null,
      reference: body.reference ?? null,
      idempotencyKey: body.idempotency_key,
    })
    return outcome.kind === 'denied' ? outcome : reservationBody(context, outcome.reservation)
  },
  commit: async (context: RequestContext, input: unknown) => {
    const body = parseBody(shapes.commit, input)
    const outcome = await commitReservation(context, {
      reservationId: body.reservation_id,
      amount: body.amount ?? null,
      idempotencyKey: body.idempotency_key,
    })
    return outcome.kind === 'denied' ? outcome : consumptionBody(context, outcome.consumption, null)
  },
  release: async (context: RequestContext, input: unknown) => {
    const body = parseBody(shapes.release, input)
    const outcome = await releaseReservation(context, {
      reservationId: body.reservation_id,
      idempotencyKey: body.idempotency_key,
    })
    return outcome.kind === 'denied' ? outcome : reservationBody(context, outcome.reservation)
  },
  allocate: (context: RequestContext, input: unknown) => allocation(context, allocateResource, input),
  deallocate: (context: RequestContext, input: unknown) => allocation(context, deallocateResource, input),
}

async function allocation(context: RequestContext, act: typeof allocateResource, input: unknown) {
  const body = parseBody(shapes.allocate, input)
  const outcome = await act(context, {
    accountId: body.account_id,
    feature: body.feature,
    resourceId: body.resource_id,
  })
  return outcome.kind === 'denied' ? outcome : allocationBody(context, outcome.allocation)
}

/**
 * Entitlement operations for services over REST: the same operations as in GraphQL, with 402 where a purchase lifts a
 * denial.
 */
export function entitlementRoutes(host: RestHost) {
  return (app: FastifyInstance): void => {
    for (const [verb, act] of Object.entries(verbs))
      app.post(`/api/v1/entitlements/${verb}`, async (request, reply) =>
        send(reply, await act(await host.contextOf(request), request.body)),
      )
  }
}

const send = (reply: FastifyReply, answer: Denied | object) =>
  'denial' in answer && 'kind' in answer ? sendDenial(reply, answer.denial) : reply.send(answer)
