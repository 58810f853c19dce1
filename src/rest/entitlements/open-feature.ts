import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { RequestContext } from '#context/request-context.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import { checkTarget } from '#services/entitlements/check/check-target.js'
import type { Check } from '#services/entitlements/check/decide-check.js'
import { changeTicket, openChangeTicket } from '#services/entitlements/edge-token/change-ticket.js'
import { availableUnits } from '#services/entitlements/model/entitlement.js'
import { accountChanges } from '#services/entitlements/stream/account-changes.js'
import { authenticateSignedIn } from '../authenticate.js'
import type { RestHost, SendEvents } from '../rest-context.js'
import { pathParams, type RestApp } from '../type-provider.js'
import { useOf, useRequest } from './entitlement-requests.js'
import {
  changesResponse,
  flagErrors,
  flagResponse,
  flagsResponse,
  type FlagErrorCode,
} from './responses/open-feature.js'

const BASE = '/ofrep/v1'
const FLAGS = `${BASE}/evaluate/flags`
/** Ends the key of the flag that has the number of a counted feature. Codes of features have no dot. */
const REMAINING = '.remaining'
/** Value of a number without a limit. Clients accept no infinite number. */
const UNLIMITED = -1
/** Clients in Java refuse a larger integer, and return the default of their caller. `metadata.remaining` has the whole number. */
const MAX_NUMBER = 2_147_483_647

/** Applications put values of their own into the context, so that only `stackgate` is strict. */
const evaluation = z
  .looseObject({
    context: z.looseObject({ targetingKey: z.unknown().optional(), stackgate: useRequest.optional() }).optional(),
  })
  .optional()

type Body = z.infer<typeof evaluation>

/** The event after which a client evaluates all flags again. */
const REFETCH = { type: 'refetchEvaluation' }

/** Routes of OpenFeature's remote evaluation protocol: features are flags, and an evaluation is a check. */
export const openFeatureRoutes =
  (host: RestHost, sendEvents: SendEvents) =>
  (app: RestApp): void => {
    app.addHook('preSerialization', toProtocolError)
    const preValidation = authenticateSignedIn(host)

    app.post(
      `${FLAGS}/:key`,
      {
        preValidation,
        schema: {
          params: pathParams({ key: 'Key of the flag.' }),
          body: evaluation,
          response: { 200: flagResponse, ...flagErrors },
        },
      },
      async (request, reply) => {
        const { key } = request.params
        const { features } = request.requestContext.catalog.current()
        const isNumber = key.endsWith(REMAINING)
        const feature = features.get(isNumber ? key.slice(0, -REMAINING.length) : key)
        if (!feature || (isNumber && feature.kind === 'BOOLEAN'))
          return reply.code(404).send(failure('FLAG_NOT_FOUND', `The catalog has no flag '${key.slice(0, 60)}'.`, key))
        const [check] = (await checksOf(request, reply, [feature], key)) ?? []
        if (!check) return reply
        const flag = isNumber ? numberFlag(feature, check) : booleanFlag(feature, check)
        return reply.code('errorCode' in flag ? 500 : 200).send(flag)
      },
    )

    app.post(
      FLAGS,
      { preValidation, schema: { body: evaluation, response: { 200: flagsResponse, ...flagErrors } } },
      async (request, reply) => {
        const context = request.requestContext
        const features = [...context.catalog.current().features.values()]
        const checks = await checksOf(request, reply, features)
        if (!checks) return reply
        const flags = features.flatMap((feature, index) => {
          const check = checks[index]!
          return [booleanFlag(feature, check), ...(feature.kind === 'BOOLEAN' ? [] : [numberFlag(feature, check)])]
        })
        const accountId = checks.find(({ entitlement }) => entitlement)?.entitlement?.accountId
        const requestUri = accountId && `${pathOf(context)}${BASE}/changes/${await changeTicket(context, accountId)}`
        // The address of the stream is a part of the tag: a client that receives 304 keeps the address that it has.
        const etag = `"${createHash('sha256')
          .update(JSON.stringify([flags, requestUri]))
          .digest('base64url')}"`
        reply.headers({ etag, 'cache-control': 'no-cache' })
        if (request.headers['if-none-match']?.replace(/^W\//, '') === etag)
          return reply.code(304).send(undefined as never)
        return reply.send({
          flags,
          ...(requestUri ? { eventStreams: [{ type: 'sse', endpoint: { requestUri } }] } : {}),
        })
      },
    )

    app.get(
      `${BASE}/changes/:ticket`,
      {
        schema: {
          params: pathParams({ ticket: 'Ticket of an evaluation.' }),
          response: { 200: changesResponse, ...flagErrors },
        },
      },
      async (request, reply) => {
        const context = host.anonymousContext(request)
        const ticket = await openChangeTicket(context, request.params.ticket)
        const changes = ticket && (await accountChanges(context, ticket.accountId, REFETCH))
        if (!ticket || !changes)
          return reply.code(403).send(failure('GENERAL', 'The address of this stream is not valid any more.'))
        return sendEvents(reply, changes, ticket.expiresAt - context.timers.now())
      },
    )
  }

/** Path of the public address, without a slash at its end. */
const pathOf = ({ config }: RequestContext): string => config.publicUrl.pathname.replace(/\/+$/, '')

/** Errors of an evaluation without an account. */
const WITHOUT_ACCOUNT = {
  UNNAMED: [
    400,
    'TARGETING_KEY_MISSING',
    '`targetingKey` must be an ID of the account, or your own ID of the user or customer.',
  ],
  INVISIBLE: [403, 'GENERAL', 'The account of `targetingKey` does not exist, or is not visible to the caller.'],
} as const

/** Checks features for an evaluation. Null after it has responded with an error. */
async function checksOf(
  { requestContext: context, body }: FastifyRequest<{ Body: Body }>,
  reply: FastifyReply,
  features: readonly FeatureDefinition[],
  key?: string,
): Promise<readonly Check[] | null> {
  const { targetingKey, stackgate = {} } = body?.context ?? {}
  const questions = features.map(({ code }) => ({ feature: code, ...useOf(stackgate) }))
  const checks = await checkTarget(context, targetingKey, questions)
  if (typeof checks !== 'string') return checks
  const [status, code, message] = WITHOUT_ACCOUNT[checks]
  await reply.code(status).send(failure(code, message, key))
  return null
}

/** A flag that says whether the account may use the feature. */
const booleanFlag = (feature: FeatureDefinition, check: Check) => ({
  key: feature.code,
  value: check.allowed,
  ...outcomeOf(check),
})

/** A flag that has the number of units that the account may use. A denial is 0. */
function numberFlag({ code }: FeatureDefinition, check: Check) {
  const key = `${code}${REMAINING}`
  const { allowed, entitlement } = check
  if (allowed && !entitlement) return failure('GENERAL', check.explain[0] ?? 'The number is not known now.', key)
  const remaining = entitlement && availableUnits(entitlement)
  const value = allowed ? Math.min(remaining ?? UNLIMITED, MAX_NUMBER) : 0
  return { key, value, ...outcomeOf(check) }
}

/** Members of both flags. Clients in Python refuse a value without a variant, or without a reason that OpenFeature lists. */
function outcomeOf({ allowed, denial, entitlement, appliedFailurePolicy }: Check) {
  const plan = entitlement?.sources.find(({ kind }) => kind === 'PLAN')?.code
  const metadata = {
    code: denial?.code,
    message: denial?.message,
    limit: entitlement?.limit,
    used: entitlement?.feature.kind === 'BOOLEAN' ? undefined : entitlement?.used,
    remaining: entitlement && availableUnits(entitlement),
    plan,
    resetsAt: entitlement?.resetsAt?.toISOString(),
    decidedBy: appliedFailurePolicy?.toLowerCase(),
  }
  return {
    reason: allowed ? ('TARGETING_MATCH' as const) : ('DISABLED' as const),
    variant: allowed ? 'allowed' : (denial?.code ?? 'denied'),
    metadata: Object.fromEntries(
      Object.entries(metadata).flatMap(([name, value]) => (value == null ? [] : [[name, value]])),
    ),
  }
}

const failure = (errorCode: FlagErrorCode, errorDetails: string, key?: string) => ({
  ...(key === undefined ? {} : { key }),
  errorCode,
  errorDetails,
})

/** Statuses of which clients read no body. */
const OF_CALLER: readonly number[] = [401, 403, 429]

/** Sends an error in the form of the protocol, which knows 400, 404 and 500 besides those of the caller. */
function toProtocolError(
  { params: { key } }: FastifyRequest<{ Params: { readonly key?: string } }>,
  reply: FastifyReply,
  payload: unknown,
  done: (error: null, payload: unknown) => void,
): void {
  const { statusCode } = reply
  const { code, message, issues } = payload as { code?: string; message?: string; issues?: unknown }
  if (statusCode < 400 || code === undefined) return done(null, payload)
  const isGeneral = statusCode >= 500 || OF_CALLER.includes(statusCode)
  if (!OF_CALLER.includes(statusCode)) reply.code(statusCode >= 500 ? 500 : 400)
  const errorCode = isGeneral ? 'GENERAL' : issues ? 'INVALID_CONTEXT' : 'PARSE_ERROR'
  done(null, failure(errorCode, message ?? code, key))
}
