import type { FeatureKey } from '../catalog-keys.js'
import { decideGate, type GateOptions } from './gate.js'
import { stackgateHandler, type HandlerOptions } from './handler.js'

/** A request of Express, Connect or Node, whose body may already be parsed. */
export interface ExpressRequest {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly originalUrl?: string | undefined
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body?: unknown
}

/** A response of Express, Connect or Node. */
export interface ExpressResponse {
  statusCode: number
  setHeader(name: string, value: string): unknown
  writeHead(status: number, headers: Record<string, string>): unknown
  write(part: Uint8Array): unknown
  end(text?: string): unknown
  once(event: 'close', listener: () => void): unknown
}

type Next = (error?: unknown) => void
type Middleware<Incoming> = (request: Incoming, response: ExpressResponse, next: Next) => Promise<void>

/** Middleware that lets a request pass if the customer has a feature, and otherwise responds with what would lift the denial. */
export const gate =
  <Incoming extends ExpressRequest>(options: GateOptions<Incoming>) =>
  (feature: FeatureKey): Middleware<Incoming> =>
  async (request, response, next) => {
    try {
      const answer = await decideGate(options, request, feature)
      if (answer) {
        response.statusCode = answer.status
        response.setHeader('content-type', 'application/json')
        response.end(JSON.stringify(answer.body))
        return
      }
    } catch (error) {
      next(error)
      return
    }
    next()
  }

/** Serves the browser of the customer: see `stackgateHandler`. */
export function expressHandler<Incoming extends ExpressRequest>({
  identify,
  ...options
}: HandlerOptions<Incoming>): Middleware<Incoming> {
  const incoming = new WeakMap<Request, Incoming>()
  const handle = stackgateHandler({ ...options, identify: (request) => identify(incoming.get(request)!) })
  const answer = async (request: Incoming, response: ExpressResponse): Promise<void> => {
    const given = await toRequest(request, response)
    incoming.set(given, request)
    try {
      const { status, headers, body } = await handle(given)
      response.writeHead(status, Object.fromEntries(headers))
      if (body) for await (const part of body as unknown as AsyncIterable<Uint8Array>) response.write(part)
      response.end()
    } catch (error) {
      // The browser closed the connection, so that nothing can be written.
      if (!given.signal.aborted) throw error
    }
  }
  return async (request, response, next) => {
    try {
      await answer(request, response)
    } catch (error) {
      next(error)
    }
  }
}

/** Most bytes of an operation, as the server has it. */
const MAX_BODY_BYTES = 1_048_576

/** The request of the platform, which is aborted when the response ends. */
export async function toRequest(request: ExpressRequest, response: ExpressResponse): Promise<Request> {
  const ended = new AbortController()
  response.once('close', () => ended.abort())
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value)
  const url = new URL(
    request.originalUrl ?? request.url ?? '/',
    `http://${String(request.headers['host'] ?? 'localhost')}`,
  )
  const { method = 'GET' } = request
  const body = method === 'POST' ? await bodyOf(request) : undefined
  return new Request(url, { method, headers, signal: ended.signal, ...(body === undefined ? {} : { body }) })
}

async function bodyOf(request: ExpressRequest): Promise<string> {
  if (request.body !== undefined) return typeof request.body === 'string' ? request.body : JSON.stringify(request.body)
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const part of request as unknown as AsyncIterable<Uint8Array>) {
    bytes += part.byteLength
    if (bytes > MAX_BODY_BYTES) throw Object.assign(new Error('The body is too large.'), { status: 413 })
    text += decoder.decode(part, { stream: true })
  }
  return text + decoder.decode()
}
