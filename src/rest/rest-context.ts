import type { FastifyReply, FastifyRequest } from 'fastify'
import type { GraphQLSchema } from 'graphql'
import { codeInfo } from '../services/kernel/codes/codes.js'
import type { Denial, RateLimited, Refused } from '../services/kernel/denials/denial.js'
import { logDenial } from '../services/kernel/denials/log-denial.js'
import type { Caller } from '../services/identity/model/caller.js'
import type { RequestContext } from '../context/request-context.js'
import { payDenial } from './pay-denial.js'
import { denialFields, restMessage, type RestPath } from './denial-body.js'

/** Dependencies of a route. Contexts are created per request and never shared. */
export interface RestHost {
  /** Schema of the operations that REST shares with GraphQL. */
  readonly schema: GraphQLSchema
  /** Permission that a field of the schema requires. Null if none. */
  readonly requirementOf: (schema: GraphQLSchema, type: string, field: string) => string | null
  /** True if programs are offered what lifts a denial. */
  readonly offersPayments: boolean
  /** The caller behind the request's bearer; throws when a token is given and not valid. */
  contextOf(request: FastifyRequest): Promise<RequestContext>
  /** The caller behind a token that came in the body instead of a header. */
  contextOfToken(token: string, request: FastifyRequest): Promise<RequestContext>
  /** For a caller that the route knows by other means, as a session. */
  contextAs(caller: Caller, request: FastifyRequest): RequestContext
  /** For routes that authenticate in their own way: agents by HMAC, providers by signature. */
  anonymousContext(request: FastifyRequest): RequestContext
  /** Counts a request of an agent by its claimed ID. Throws above the rate limit. */
  limitAgent(agentId: string, request: FastifyRequest): Promise<void>
}

/** Responds with objects as Server-Sent Events, for at most some milliseconds. */
export type SendEvents = (
  reply: FastifyReply,
  source: AsyncGenerator<object, void, void>,
  milliseconds: number,
) => FastifyReply

/** Sends a denial with its status, its short text, and its fields in snake_case. @param restPath where names differ in more */
export async function sendDenial(
  context: RequestContext,
  reply: FastifyReply,
  denial: Denial,
  restPath?: RestPath,
): Promise<FastifyReply> {
  const { status, text } = codeInfo(denial.code)
  const paid = status === 402 ? await payDenial(context, reply, denial) : null
  if (paid?.kind === 'REPEATED') return paid.response as FastifyReply
  if (paid?.kind === 'UNKNOWN') return sendDenial(context, reply, paid.denial, restPath)
  logDenial(context, `${reply.request.method} ${reply.request.routeOptions.url}`, denial)
  const waitMs = waitOf(denial, context.timers.now())
  if (waitMs !== null && RETRYABLE.includes(status))
    reply.header('retry-after', String(Math.max(1, Math.ceil(waitMs / 1000))))
  return reply.code(status).send({
    ...(await denialFields(context, denial, restPath)),
    error: text,
    code: denial.code,
    message: restMessage(
      denial.message,
      'issues' in denial ? (denial as Refused).issues.map(({ path }) => path) : [],
      restPath,
    ),
    request_id: reply.request.id,
    ...paid?.fields,
  })
}

/**
 * Statuses with a retry time on the machine clock. A quota resets on the business clock, which does not determine when
 * to retry a request.
 */
const RETRYABLE: readonly number[] = [429, 503]

function waitOf(denial: Denial, now: number): number | null {
  if ('retryAfterMs' in denial) return (denial as RateLimited).retryAfterMs
  const at = denial.remedies.find((remedy) => remedy.at)?.at
  return at ? at.getTime() - now : null
}
