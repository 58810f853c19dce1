import type { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { getOperationAST, GraphQLError, OperationTypeNode, type ExecutionResult, type GraphQLSchema } from 'graphql'
import { ownTurn } from '#services/kernel/event-loop/own-turn.js'
import type { Timers } from '#services/kernel/time/timers.js'
import type { DocumentStore } from '../graphql/document-store.js'
import { operationNotFound } from '../graphql/edge-error.js'
import type { Executor } from '../graphql/executor.js'
import { attachMetadata } from '../graphql/operation-metadata.js'
import type { OperationCosts } from '../graphql/operation-costs.js'
import { publicError } from '../graphql/present-error.js'
import type { GraphQLRequest } from '../graphql/read-request.js'
import { wantsCost, type ResultExtensions } from '../graphql/result-extensions.js'
import type { SharedResults } from '../graphql/shared-results.js'
import { openEvents, positionOf, type StreamedResult } from '../graphql/subscription-stream.js'
import type { EdgeOptions, Limits } from '../options.js'
import { edgeReport, restErrorBody } from '../http/rest-errors.js'
import { endWithToken } from '../websocket/expire-socket.js'
import { EventStream, graphqlEvents, plainEvents, singleResult } from './event-stream.js'
import { continueAfter, lastEventId } from './last-event-id.js'

/** Dependencies of the streams; the same as those of a WebSocket. */
export interface EventStreamParts {
  readonly schema: GraphQLSchema
  readonly documents: DocumentStore
  readonly costs: OperationCosts
  readonly executor: Executor
  readonly extensions: ResultExtensions
  readonly shared: SharedResults
  readonly limits: Limits
  readonly timers: Timers
  readonly options: Pick<EdgeOptions, 'renewContext' | 'onError' | 'socketTokenExpiry' | 'socketTokenWatch'>
}

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  // Nginx would hold events back until its buffer is full.
  'x-accel-buffering': 'no',
}

/**
 * GraphQL over Server-Sent Events: the distinct connections mode of graphql-sse, one response per operation. A
 * subscription passes the same admission, limits and authorization as over WebSocket, and ends with its token.
 */
export class EventStreamServer {
  private readonly open = new Set<{ cut(): void }>()
  private isClosing = false

  constructor(private readonly parts: EventStreamParts) {}

  /** Number of open streams. */
  get size(): number {
    return this.open.size
  }

  /**
   * Responds to a request that accepts `text/event-stream`. Throws if the caller is not admitted. Refusals of the
   * operation itself are events, because a browser does not show the body of another status.
   * @param answer runs an operation that is not a subscription
   */
  async serve(
    request: FastifyRequest,
    reply: FastifyReply,
    read: GraphQLRequest | GraphQLError,
    context: object,
    answer: (context: object) => Promise<ExecutionResult>,
  ): Promise<FastifyReply> {
    if (this.isClosing) return this.refuse(reply)
    const { timers, limits, options } = this.parts
    const source = await this.sourceOf(request, read, context, answer)
    const stream = new EventStream(source, {
      timers,
      position: positionOf(source),
      pollMilliseconds: pollMillisecondsOf(read),
      keepAliveMilliseconds: limits.socketKeepAliveMilliseconds,
      format: graphqlEvents((error) => ({ errors: [this.publicError(error, request.id)] })),
    })
    return this.send(
      reply,
      stream,
      endWithToken(options, timers, context, () => stream.cut()),
    )
  }

  /** Responds with objects that belong to no operation. @param milliseconds time until the stream ends */
  sendEvents(reply: FastifyReply, source: AsyncGenerator<object, void, void>, milliseconds: number): FastifyReply {
    if (this.isClosing) return this.refuse(reply)
    const { timers, limits } = this.parts
    const stream = new EventStream(source, {
      timers,
      position: null,
      pollMilliseconds: null,
      keepAliveMilliseconds: limits.socketKeepAliveMilliseconds,
      format: plainEvents,
    })
    const end = timers.setTimeout(() => stream.cut(), milliseconds).unref()
    return this.send(reply, stream, () => timers.clearTimeout(end))
  }

  private refuse(reply: FastifyReply): FastifyReply {
    const report = edgeReport('UNAVAILABLE', 'The server is shutting down. Connect again.', 503)
    return reply.code(503).header('retry-after', '1').send(restErrorBody(report, reply.request.id))
  }

  private send(reply: FastifyReply, stream: Readable & { cut(): void }, stop: () => void): FastifyReply {
    this.open.add(stream)
    stream.once('close', () => {
      stop()
      this.open.delete(stream)
    })
    return reply.code(200).headers(HEADERS).send(stream)
  }

  /** Ends every stream; the clients connect to another server. */
  dispose(): void {
    this.isClosing = true
    for (const stream of this.open) stream.cut()
  }

  private async sourceOf(
    request: FastifyRequest,
    read: GraphQLRequest | GraphQLError,
    context: object,
    answer: (context: object) => Promise<ExecutionResult>,
  ): Promise<AsyncGenerator<StreamedResult, void, void>> {
    const { documents } = this.parts
    const named = read instanceof GraphQLError ? read : documents.resolve(read)
    if (named instanceof GraphQLError) return singleResult({ errors: [named] })
    const { query, operationName } = named
    if (!query) return singleResult(await answer(context))
    if (documents.takesLong(query)) await ownTurn()
    const outcome = documents.parseAndValidate(query)
    if ('errors' in outcome) return singleResult({ errors: outcome.errors })
    const operation = getOperationAST(outcome.document, operationName)
    if (operation?.operation !== OperationTypeNode.SUBSCRIPTION)
      return singleResult(operation ? await answer(context) : { errors: [operationNotFound()] })
    return this.subscribe(request, named, outcome.document, context)
  }

  private async subscribe(
    request: FastifyRequest,
    { operationName, variables, extensions: requested }: GraphQLRequest,
    valid: DocumentOf,
    context: object,
  ): Promise<AsyncGenerator<StreamedResult, void, void>> {
    const { schema, costs, executor, extensions, options, shared } = this.parts
    const cost = costs.of(valid, getOperationAST(valid, operationName)!, variables)
    const refused = costs.refuse(cost)
    if (refused) return singleResult({ errors: [refused] })
    const cursor = lastEventId(request.headers['last-event-id'])
    const document = cursor === undefined ? valid : continueAfter(schema, valid, cursor)
    const contextValue = attachMetadata(context, {
      requestId: request.id,
      cost,
      rateCount: request.rateCount ?? undefined,
      wantsCost: wantsCost(request.headers, requested),
    })
    const args = { schema, document, operationName, variableValues: variables, contextValue }
    const opened = await openEvents(args, executor, extensions, { ...options, shared })
    return Symbol.asyncIterator in opened ? opened : singleResult(opened)
  }

  private publicError(error: unknown, requestId: string): GraphQLError {
    if (error instanceof GraphQLError && typeof error.extensions['code'] === 'string') return error
    return publicError(error, requestId, this.parts.options.onError)
  }
}

/** Clients behind proxies that collect responses request short ones: the extension `pollSeconds`. */
function pollMillisecondsOf(read: GraphQLRequest | GraphQLError): number | null {
  const seconds = read instanceof GraphQLError ? undefined : read.extensions?.['pollSeconds']
  return typeof seconds === 'number' && seconds >= 0 ? seconds * 1_000 : null
}

type DocumentOf = Extract<ReturnType<DocumentStore['parseAndValidate']>, { document: unknown }>['document']
