import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { GraphQLError, type ExecutionResult } from 'graphql'
import { graphqlHeaders } from '../http/security-headers.js'
import { ownTurn } from '#services/kernel/event-loop/own-turn.js'
import { scopedRoutes } from '../http/scoped-routes.js'
import type { EdgeOptions } from '../options.js'
import { edgeReport, frameworkReport, retryAfterHeaders } from '../http/rest-errors.js'
import {
  handleGraphQLRequest,
  rejection,
  resolveRequest,
  type OperationResponse,
  type RequestDependencies,
} from './handle-request.js'
import type { EventStreamServer } from '../sse/event-stream-server.js'
import { edgeError } from './edge-error.js'
import { mediaTypeFor, wantsEvents, wantsPage, type MediaType } from './media-type.js'
import { readBody, readParameters, type GraphQLRequest } from './read-request.js'
import { ResponseBudget } from './response-budget.js'

/** Status of a rate-limited request. */
const TOO_MANY = 429

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** Serves GraphQL over HTTP at `/graphql`, as its specification says. */
export function registerGraphQLRoute(
  app: FastifyInstance,
  answering: RequestDependencies,
  streams: EventStreamServer,
  {
    createContext,
    onError,
    publicUrl,
    timers,
  }: Pick<EdgeOptions, 'createContext' | 'onError' | 'publicUrl' | 'timers'>,
): void {
  const bodyLimit = answering.limits.bodyBytes
  const protective = graphqlHeaders(publicUrl)

  const routes = scopedRoutes('graphql', (scope) => {
    scope.removeContentTypeParser(['text/plain'])
    scope.addHook('onRequest', (_request, reply, next) => {
      reply.headers(protective)
      next()
    })
    scope.setErrorHandler((error: FastifyError, request, reply) => {
      const report = frameworkReport(error) ?? onError(error, request.id)
      return send(reply, mediaTypeFor(request.headers.accept), failure(report, request.id))
    })
    scope.route({ method: methods, url: '/graphql', bodyLimit, handler: serve, config: { ownProtection: true } })
  })
  void app.register(routes)

  async function serve(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const { method } = request
    if (method === 'GET' && wantsPage(request.headers.accept)) return reply.redirect('graphiql', 302)
    if (method !== 'GET' && method !== 'POST') return send(reply, 'application/json', notAllowed())
    if (wantsEvents(request.headers.accept)) return serveEvents(request, reply)
    const mediaType = mediaTypeFor(request.headers.accept)
    if (mediaType === 'none') return send(reply, 'application/json', notAcceptable())
    if (method === 'POST' && Array.isArray(request.body)) return serveBatch(request, reply, mediaType, request.body)
    const read = readRequest(request)
    const budget = new ResponseBudget(timers, answering.limits)
    const answered = await answer(request, read, () => contextOf(request), budget)
    if (budget.isLarge) await ownTurn()
    return send(reply, mediaType, answered)
  }

  async function serveEvents(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const read = readRequest(request)
    const resolved = resolveRequest(answering.documents, read)
    if ('body' in resolved && resolved.malformed) return send(reply, 'application/json', resolved)
    const budget = new ResponseBudget(timers, answering.limits)
    return streams.serve(request, reply, read, await contextOf(request), async (context) => {
      const { body } = await answer(request, read, () => Promise.resolve(context), budget)
      return body as ExecutionResult
    })
  }

  async function serveBatch(request: FastifyRequest, reply: FastifyReply, mediaType: MediaType, items: unknown[]) {
    if (items.length === 0) return send(reply, mediaType, malformed('The batch is empty.'))
    const limit = answering.limits.batch
    if (items.length > limit) {
      const message = `A batch must contain at most ${limit} operations.`
      return send(reply, mediaType, rejection([edgeError('BATCH_TOO_LARGE', message)], 400))
    }
    // The request is authenticated once. Each operation gets its own copy of the context, with the same loaders.
    let shared: Promise<object> | undefined
    const context = async (): Promise<object> => copyOf(await (shared ??= contextOf(request, items.length)))
    const budget = new ResponseBudget(timers, answering.limits)
    const answers = await Promise.all(items.map((item) => answer(request, readBody(item), context, budget)))
    if (budget.isLarge) await ownTurn()
    // One status cannot represent several results: each contains its own.
    reply.header('content-type', contentTypes[mediaType])
    // Except when all of it was too much.
    if (answers.every(({ status }) => status === TOO_MANY)) reply.code(TOO_MANY).headers(answers[0]!.headers ?? {})
    return reply.send(`[${answers.map(({ body }) => JSON.stringify(body)).join(',')}]`)
  }

  function contextOf(request: FastifyRequest, operations = 1): Promise<object> {
    const { headers, ip, id: requestId } = request
    return createContext({
      authorization: headers.authorization,
      headers,
      ip,
      requestId,
      transport: 'http',
      operations,
      onRateCount: (count) => (request.rateCount = count),
    })
  }

  async function answer(
    request: FastifyRequest,
    read: GraphQLRequest | GraphQLError,
    context: () => Promise<object>,
    budget: ResponseBudget,
  ): Promise<OperationResponse> {
    if (read instanceof GraphQLError) return { ...rejection([read], 400), malformed: true }
    try {
      return await handleGraphQLRequest(answering, read, {
        requestId: request.id,
        method: request.method,
        headers: request.headers,
        context,
        rateCount: () => request.rateCount,
        budget,
      })
    } catch (error) {
      return failure(onError(error, request.id), request.id)
    }
  }
}

function readRequest({ method, query, body }: FastifyRequest): GraphQLRequest | GraphQLError {
  return method === 'GET' ? readParameters(query as Record<string, unknown>) : readBody(body)
}

function copyOf(context: object): object {
  return Object.assign(Object.create(Object.getPrototypeOf(context) as object | null) as object, context)
}

const contentTypes: Record<MediaType, string> = {
  'application/json': 'application/json; charset=utf-8',
  'application/graphql-response+json': 'application/graphql-response+json; charset=utf-8',
  none: 'application/json; charset=utf-8',
}

/**
 * Under `application/json` a rejected operation is a well-formed response with 200. Only a malformed request is not.
 */
function send(reply: FastifyReply, mediaType: MediaType, answer: OperationResponse): FastifyReply {
  const plain = mediaType !== 'application/graphql-response+json'
  reply.code(plain && !answer.malformed ? 200 : answer.status)
  if (answer.headers) reply.headers(answer.headers)
  reply.header('content-type', contentTypes[mediaType])
  return reply.send(JSON.stringify(answer.body))
}

const WITH_REQUEST_ID = ['INTERNAL', 'REQUEST_TIMEOUT']

/**
 * Response for a request that failed outside of an operation: an invalid token, a body that is too large, an internal
 * error.
 */
function failure(report: ReturnType<EdgeOptions['onError']>, requestId: string): OperationResponse {
  const extensions = {
    ...report.fields,
    code: report.code,
    ...(WITH_REQUEST_ID.includes(report.code) ? { requestId } : {}),
  }
  const headers = retryAfterHeaders(report)
  return {
    ...rejection([new GraphQLError(report.message, { extensions })], report.status),
    malformed: true,
    ...(headers ? { headers } : {}),
  }
}

function malformed(message: string): OperationResponse {
  return failure(edgeReport('BAD_REQUEST', message, 400), '')
}

function notAllowed(): OperationResponse {
  const answer = failure(edgeReport('METHOD_NOT_ALLOWED', 'GraphQL supports only GET and POST.', 405), '')
  return { ...answer, headers: { allow: 'GET, POST' } }
}

function notAcceptable(): OperationResponse {
  return failure(
    edgeReport(
      'BAD_REQUEST',
      'Accept must include application/json, application/graphql-response+json or text/event-stream.',
      406,
    ),
    '',
  )
}
