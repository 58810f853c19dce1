import { z } from 'zod'
import type { RequestContext } from '../context/request-context.js'
import { assignSeat } from '../services/entitlements/seats/assign-seat.js'
import type { SeatOutcome } from '../services/entitlements/seats/change-seats.js'
import { moveSeat } from '../services/entitlements/seats/move-seat.js'
import { readSeats } from '../services/entitlements/seats/read-seats.js'
import { unassignSeat } from '../services/entitlements/seats/unassign-seat.js'
import { entitlementAccount } from '../services/entitlements/snapshot/visible-entitlements.js'
import { authenticate } from './authenticate.js'
import { feature, name, ownAccount } from './entitlement-requests.js'
import { describeRoutes } from './openapi/route-description.js'
import { seatsResponse } from './responses/seats.js'
import { sendDenial, type RestHost } from './rest-context.js'
import type { RestApp } from './type-provider.js'

const seats = feature.describe('Code of a feature that the catalog lists in `seats`.')
const listRequest = z.strictObject({
  account_id: ownAccount,
  user_id: name.nullish().describe('User whose seat is returned. Default: all holders.'),
})
const assignRequest = z.strictObject({
  account_id: ownAccount,
  feature: seats,
  user_id: name.describe('Member who receives the seat.'),
})
const unassignRequest = z.strictObject({
  account_id: ownAccount,
  feature: seats,
  user_id: name.describe('User who loses the seat.'),
})
const moveRequest = z.strictObject({
  account_id: ownAccount,
  feature: seats,
  from_user_id: name.describe('User who loses the seat.'),
  to_user_id: name.describe('Member who receives the seat.'),
})

/** Seats over REST: the same operations as in GraphQL. A repeated call has no effect, so none has a key. */
export function seatRoutes(host: RestHost) {
  return (app: RestApp): void => {
    const base = '/api/v1/entitlements'
    app.addHook('preValidation', authenticate(host))
    describeRoutes(app, { tag: 'Entitlements', access: 'bearer', errors: ['FORBIDDEN', 'NOT_FOUND'] })

    app.post(
      `${base}/seats`,
      {
        schema: {
          operationId: 'listSeats',
          summary: 'Returns the seats of an account and who has one.',
          body: listRequest,
          example: { account_id: 'person:auth0|ann' },
          response: { 200: seatsResponse },
        },
      },
      async ({ requestContext: context, body }) => {
        const account = await entitlementAccount(context, body.account_id)
        return seatsBody(context, account.id, body.user_id ?? null)
      },
    )

    app.post(
      `${base}/assign-seat`,
      {
        schema: {
          operationId: 'assignSeat',
          summary: 'Assigns a free seat to a member.',
          description: 'A member with a seat keeps it. Requires an owner or admin.',
          body: assignRequest,
          example: { account_id: 'person:auth0|ann', feature: 'developer_seats', user_id: 'usr_1' },
          response: { 200: seatsResponse },
          errors: ['FEATURE_NOT_INCLUDED', 'LIMIT_REACHED', 'INVALID_PARAMETERS'],
        },
      },
      async (request, reply) => {
        const { requestContext: context, body } = request
        const { account_id: accountId, feature: code, user_id: userId } = body
        const outcome = await assignSeat(context, { accountId, feature: code, userId })
        return outcome.kind === 'denied' ? sendDenial(context, reply, outcome.denial) : changed(context, outcome)
      },
    )

    app.post(
      `${base}/unassign-seat`,
      {
        schema: {
          operationId: 'unassignSeat',
          summary: 'Frees the seat of a user.',
          description: 'Has no effect for a user without one. Requires an owner or admin.',
          body: unassignRequest,
          example: { account_id: 'person:auth0|ann', feature: 'developer_seats', user_id: 'usr_1' },
          response: { 200: seatsResponse },
          errors: ['FEATURE_NOT_INCLUDED', 'INVALID_PARAMETERS'],
        },
      },
      async (request, reply) => {
        const { requestContext: context, body } = request
        const { account_id: accountId, feature: code, user_id: userId } = body
        const outcome = await unassignSeat(context, { accountId, feature: code, userId })
        return outcome.kind === 'denied' ? sendDenial(context, reply, outcome.denial) : changed(context, outcome)
      },
    )

    app.post(
      `${base}/move-seat`,
      {
        schema: {
          operationId: 'moveSeat',
          summary: 'Moves the seat of a user to a member without one, in one step.',
          description: 'Requires an owner or admin.',
          body: moveRequest,
          example: {
            account_id: 'person:auth0|ann',
            feature: 'developer_seats',
            from_user_id: 'usr_1',
            to_user_id: 'usr_2',
          },
          response: { 200: seatsResponse },
          errors: ['FEATURE_NOT_INCLUDED', 'INVALID_PARAMETERS', 'INVALID_TRANSITION'],
        },
      },
      async (request, reply) => {
        const { requestContext: context, body } = request
        const { account_id: accountId, feature: code, from_user_id: fromUserId, to_user_id: toUserId } = body
        const outcome = await moveSeat(context, { accountId, feature: code, fromUserId, toUserId })
        return outcome.kind === 'denied' ? sendDenial(context, reply, outcome.denial) : changed(context, outcome)
      },
    )
  }
}

function changed(context: RequestContext, { account }: Extract<SeatOutcome, { kind: 'changed' }>) {
  // The account was read before the change.
  context.clearLoaded()
  return seatsBody(context, account.id, null)
}

async function seatsBody(context: RequestContext, accountId: string, userId: string | null) {
  const snapshot = await context.loaders.snapshots.load(accountId)
  const catalog = context.catalog.current()
  const licenses = snapshot ? await readSeats(context.database, catalog, snapshot, userId) : []
  return {
    account_id: accountId,
    seats: licenses.map(({ feature: { code }, limit, assigned, remaining, holders }) => ({
      feature: code,
      limit,
      assigned,
      remaining,
      holders: holders.map((holder) => ({ user_id: holder.userId, since: holder.since.toISOString() })),
    })),
  }
}
