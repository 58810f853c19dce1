import { Readable } from 'node:stream'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { decideGate, type GateOptions } from './gate.js'
import { stackgateHandler, type Identify } from './handler.js'
import type { Permission } from '../generated/types.js'
import type { Stackgate } from './stackgate-server.js'

/** A request of Express or Connect, whose body may already be parsed. */
export type ExpressRequest = IncomingMessage & { readonly body?: unknown; readonly originalUrl?: string }

type Next = (error?: unknown) => void
type Middleware<Incoming> = (request: Incoming, response: ServerResponse, next: Next) => void

/** Middleware that lets a request pass if the customer has a feature, and otherwise answers with what would lift the denial. */
export const gate =
  <Incoming extends ExpressRequest>(options: GateOptions<Incoming>) =>
  (feature: string): Middleware<Incoming> =>
  (request, response, next) => {
    decideGate(options, request, feature).then((answer) => {
      if (!answer) return next()
      response.statusCode = answer.status
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(answer.body))
    }, next)
  }

/** Serves the browser of the customer: see `stackgateHandler`. */
export function expressHandler<Incoming extends ExpressRequest>({
  identify,
  ...options
}: {
  readonly stackgate: Stackgate
  readonly identify: Identify<Incoming>
  readonly permissions?: readonly Permission[] | undefined
}): Middleware<Incoming> {
  const incoming = new WeakMap<Request, Incoming>()
  const handle = stackgateHandler({ ...options, identify: (request) => identify(incoming.get(request)!) })
  const answer = async (request: Incoming, response: ServerResponse): Promise<void> => {
    const given = await toRequest(request, response)
    incoming.set(given, request)
    const { status, headers, body } = await handle(given)
    response.writeHead(status, Object.fromEntries(headers))
    if (body)
      Readable.fromWeb(body as never)
        .on('error', () => response.destroy())
        .pipe(response)
    else response.end()
  }
  return (request, response, next) => {
    answer(request, response).catch(next)
  }
}

/** Most bytes of an operation, as the server has it. */
const MAX_BODY_BYTES = 1_048_576

async function toRequest(request: ExpressRequest, response: ServerResponse): Promise<Request> {
  const ended = new AbortController()
  response.once('close', () => ended.abort())
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value)
  const url = new URL(request.originalUrl ?? request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`)
  const { method = 'GET' } = request
  const body = method === 'POST' ? await bodyOf(request) : undefined
  return new Request(url, { method, headers, signal: ended.signal, ...(body === undefined ? {} : { body }) })
}

async function bodyOf(request: ExpressRequest): Promise<string> {
  if (request.body !== undefined) return typeof request.body === 'string' ? request.body : JSON.stringify(request.body)
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.byteLength
    if (bytes > MAX_BODY_BYTES) throw Object.assign(new Error('The body is too large.'), { status: 413 })
    parts.push(part)
  }
  return Buffer.concat(parts).toString()
}
