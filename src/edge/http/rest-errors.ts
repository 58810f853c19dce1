import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { ERROR_CODES, toRestFieldName, type ErrorCode } from '#services/kernel/codes/codes.js'
import { nearestName } from '#services/kernel/text/nearest-name.js'
import { toFieldPath } from '#services/kernel/validation/validation-issue.js'
import { isBrowser } from '../pages/layout.js'
import { sendLeadOn } from '../pages/lead-on.js'
import type { EdgeOptions, ErrorReport } from '../options.js'
import { SlowBody } from './body-time.js'
import { ForbiddenMember, RefusedBody, UnsupportedCharset } from './json-bodies.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** True if browsers open this route: then an error is a page instead of JSON. */
    isPage?: boolean
  }
}

const SLOW_RETRY_MILLISECONDS = 1_000

/** Body of every error response outside GraphQL. */
export interface RestErrorBody {
  error: string
  code: string
  message: string
  request_id: string
}

/** Converts every error and every unknown route to the REST error format. */
export function registerRestErrors(
  app: FastifyInstance,
  { onError, installation }: Pick<EdgeOptions, 'onError' | 'installation'>,
): void {
  const methodsOf = new Map<string, string[]>()
  app.addHook('onRoute', ({ url, method }) => {
    if (!url.includes('*')) methodsOf.set(url, [...(methodsOf.get(url) ?? []), method].flat())
  })
  app.setNotFoundHandler((request, reply) => {
    const standIn = request.method === 'GET' ? installation?.standIn?.(request.url) : null
    if (installation && standIn) return sendLeadOn(reply, installation, standIn)
    if (installation && isBrowser(request.method, request.headers.accept))
      return sendLeadOn(
        reply,
        installation,
        { title: 'Page not found', text: `No page at ${pathOf(request.url)}.` },
        404,
      )
    const path = pathOf(request.url)
    const report = edgeReport('NOT_FOUND', `No route for ${request.method} ${path}.${routeHint(path, methodsOf)}`, 404)
    return reply.code(404).send(restErrorBody(report, request.id))
  })
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const report = frameworkReport(error) ?? onError(error, request.id)
    if (report.status === 401) reply.header('www-authenticate', 'Bearer')
    reply.headers(retryAfterHeaders(report) ?? {})
    if (installation && request.routeOptions.config.isPage && isBrowser(request.method, request.headers.accept))
      return sendLeadOn(
        reply,
        installation,
        { title: 'This page cannot be shown', text: report.message },
        report.status,
      )
    return reply.code(report.status).send(restErrorBody(report, request.id))
  })
}

/** Edits by which a path can differ from the route that is named for it. */
const MAX_PATH_EDITS = 3

/** Names the methods of a path, or the path that a mistyped one resembles. */
function routeHint(path: string, methodsOf: ReadonlyMap<string, readonly string[]>): string {
  const methods = methodsOf.get(path)?.filter((method) => method !== 'HEAD' && method !== 'OPTIONS')
  if (methods?.length) return ` The path has ${[...new Set(methods)].join(', ')}.`
  const nearest = nearestName(path, methodsOf.keys(), MAX_PATH_EDITS)
  return nearest === null ? '' : ` Did you mean ${nearest}?`
}

/** Responds to a request that the router rejected before hooks and handlers: an invalid path. */
export function handleFrameworkError(_error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const report = edgeReport('BAD_REQUEST', 'Invalid request path.', 400)
  void reply
    .code(report.status)
    // Its body would be read without a limit of time.
    .headers({ 'x-request-id': request.id, connection: 'close' })
    .type('application/json')
    .send(JSON.stringify(restErrorBody(report, request.id)))
}

/** The retry-after header, if the report has a wait. */
export function retryAfterHeaders({ fields }: ErrorReport): { 'retry-after': string } | undefined {
  const wait = fields?.['retryAfterMs']
  return typeof wait === 'number' ? { 'retry-after': String(Math.max(1, Math.ceil(wait / 1000))) } : undefined
}

/** Body of an error response: the four fixed fields and those of the report. */
export function restErrorBody(report: ErrorReport, requestId: string): RestErrorBody {
  const known = report.code in ERROR_CODES ? ERROR_CODES[report.code as ErrorCode].text : undefined
  const error = report.error ?? known ?? STATUS_CODES[report.status] ?? 'Error'
  return { ...restFields(report), error, code: report.code, message: report.message, request_id: requestId }
}

/**
 * REST names of a denial's fields; field names in them are also those of the request. An error about a field has `issues`. A report with
 * its own ones names the field as the client sent it.
 */
function restFields({ fields = {}, code, message }: ErrorReport): Record<string, unknown> {
  const named = Object.fromEntries(Object.entries(fields).map(([name, value]) => [toRestFieldName(name), value]))
  const { field, issues } = fields
  if (typeof field !== 'string' || issues !== undefined) return named
  const path = toFieldPath(toRestFieldName(field))
  return { ...named, field: path.join('.'), issues: [{ path, code, message }] }
}

/** An error report of the edge. Its code must be in the table of codes. */
export function edgeReport(code: ErrorCode, message: string, status: number): ErrorReport {
  return { code, message, status }
}

/** Report of an error that the framework raised: safe to repeat, and not an internal error. */
export function frameworkReport(
  error: FastifyError | RefusedBody | SlowBody | UnsupportedCharset,
): ErrorReport | undefined {
  if (error instanceof RefusedBody)
    return { ...edgeReport('BAD_REQUEST', error.message, 400), fields: { limit: error.limit } }
  if (error instanceof ForbiddenMember) return edgeReport('BAD_REQUEST', error.message, 400)
  if (error instanceof SlowBody) {
    if (error.statusCode === 408) return edgeReport('REQUEST_TIMEOUT', error.message, 408)
    return { ...edgeReport('UNAVAILABLE', error.message, 503), fields: { retryAfterMs: SLOW_RETRY_MILLISECONDS } }
  }
  if (error instanceof UnsupportedCharset) return edgeReport('UNSUPPORTED_MEDIA_TYPE', error.message, 415)
  if (!isFrameworkError(error)) return undefined
  if (error.statusCode === 413) return edgeReport('BODY_TOO_LARGE', 'The request body is too large.', 413)
  if (error.statusCode === 415) {
    return edgeReport('UNSUPPORTED_MEDIA_TYPE', 'Unsupported content type or encoding.', 415)
  }
  if (error.code === 'FST_ERR_CTP_INVALID_JSON_BODY' || error instanceof SyntaxError) {
    return edgeReport('BAD_REQUEST', 'The request body is not valid JSON.', 400)
  }
  return edgeReport('BAD_REQUEST', error.message, error.statusCode ?? 400)
}

function isFrameworkError(error: FastifyError): boolean {
  const status = error.statusCode ?? 500
  return status >= 400 && status < 500 && (error.code?.startsWith('FST_') || error instanceof SyntaxError)
}

/** Responds to a connection without a valid request: there is no request object to reply to. */
export function handleClientError(
  { random, log }: Pick<EdgeOptions, 'random' | 'log'>,
  error: NodeJS.ErrnoException,
  socket: Socket,
): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy()
    return
  }
  const [status, message, code] = brokenClientAnswers[error.code ?? ''] ?? [
    400,
    'This is not a valid HTTP request.',
    'BAD_REQUEST',
  ]
  const requestId = random.uuid()
  log.debug({ requestId, status, address: socket.remoteAddress, code: error.code }, 'invalid request refused')
  const body = JSON.stringify(restErrorBody(edgeReport(code, message, status), requestId))
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nx-request-id: ${requestId}\r\ncontent-type: application/json; charset=utf-8`
  socket.end(`${head}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`, () => {
    socket.destroy()
  })
}

const brokenClientAnswers: Record<string, [number, string, ErrorCode]> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request took too long to arrive.', 'REQUEST_TIMEOUT'],
  HPE_HEADER_OVERFLOW: [431, 'The request headers are too large.', 'HEADERS_TOO_LARGE'],
}

function pathOf(url: string): string {
  const mark = url.indexOf('?')
  return (mark < 0 ? url : url.slice(0, mark)).slice(0, 200)
}
