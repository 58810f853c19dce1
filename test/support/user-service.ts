import { startTestServer, type TestServer } from './test-server.js'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface RecordedCall {
  readonly method: string
  readonly path: string
  readonly authorization: string | undefined
  readonly body: string
}

type Answer = { status: number; body?: unknown; hang?: boolean }

/**
 * User Service as its documents describe it: profiles by token, plans, categories, products, and the sync that creates
 * products.
 */
export interface TestUserService {
  readonly url: string
  readonly calls: RecordedCall[]
  readonly profiles: Map<string, unknown>
  readonly products: Map<string, Record<string, unknown>>
  categories: Record<string, unknown>[]
  plans: Record<string, unknown>[]
  /** Accepted service tokens. */
  serviceTokens: Set<string>
  client: { id: string; secret: string }
  /** Replaces the response while a test sets it. */
  override: ((call: RecordedCall) => Answer | undefined) | null
  /** Number of opened connections. */
  connections: number
  callsTo(path: string): RecordedCall[]
  close(): Promise<void>
}

export async function startUserService(): Promise<TestUserService> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => handle(request, Buffer.concat(chunks).toString('utf8'), response))
  })
  // Idle connections of a Node server last 5 s, which a pause of a busy machine exceeds.
  server.keepAliveTimeout = 120_000
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const service: TestUserService = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: [],
    profiles: new Map(),
    products: new Map(),
    categories: [
      { _id: 1, name: 'cms', title: 'CMS', priority: 1 },
      { _id: 2, name: 'ecommerce', title: 'E-commerce', priority: 2 },
      { _id: 5, name: 'ai', title: 'AI Agents', priority: 5 },
    ],
    plans: ['free', 'basic', 'plus', 'individual'].map((name) => ({ name })),
    serviceTokens: new Set(['the-service-token']),
    client: { id: 'stackgate', secret: 'the-client-secret' },
    override: null,
    connections: 0,
    callsTo: (path) => service.calls.filter((call) => call.path.startsWith(path)),
    close: async () => {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
  server.on('connection', () => service.connections++)
  let issued = 0

  function handle(request: IncomingMessage, body: string, response: ServerResponse): void {
    const call = { method: request.method!, path: request.url!, authorization: request.headers.authorization, body }
    service.calls.push(call)
    const { status, body: answer, hang } = service.override?.(call) ?? answerTo(call)
    if (!hang)
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(answer === undefined ? '' : JSON.stringify(answer))
  }

  function answerTo({ method, path, authorization, body }: RecordedCall): Answer {
    const url = new URL(path, service.url)
    const token = authorization?.replace(/^Bearer /, '') ?? ''
    switch (`${method} ${url.pathname}`) {
      case 'GET /oauth_server/api/me': {
        const profile = service.profiles.get(token)
        return profile ? { status: 200, body: profile } : { status: 401, body: { error: 'invalid token' } }
      }
      case 'GET /server/user/plans/info':
        return { status: 200, body: service.plans }
      case 'GET /api/1.0/category':
        return { status: 200, body: service.categories }
      case 'GET /api/1.0/products': {
        const id = url.searchParams.get('external_id')
        const size = Number(url.searchParams.get('max_results') ?? 25)
        const from = (Number(url.searchParams.get('page') ?? 1) - 1) * size
        const all = [...service.products].filter(([key]) => id === null || key === id).map(([, product]) => product)
        return { status: 200, body: { _items: all.slice(from, from + size) } }
      }
      case 'POST /oauth/token': {
        const basic = `Basic ${Buffer.from(`${service.client.id}:${service.client.secret}`).toString('base64')}`
        if (authorization !== basic || new URLSearchParams(body).get('grant_type') !== 'client_credentials')
          return { status: 401, body: { error: 'invalid_client' } }
        const fresh = `issued-${++issued}`
        service.serviceTokens.add(fresh)
        return { status: 200, body: { access_token: fresh, token_type: 'Bearer', expires_in: 3600 } }
      }
      case 'POST /marketplace/sync':
        return service.serviceTokens.has(token) ? sync(JSON.parse(body) as Record<string, unknown>) : { status: 401 }
      default:
        return { status: 404, body: { error: 'not found' } }
    }
  }

  function sync(payload: Record<string, unknown>): Answer {
    const id = String(payload['external_id'] ?? payload['stack_template_id'])
    const known = service.products.get(id)
    if (payload['action'] === 'template_rejected') {
      if (known) service.products.set(id, { ...known, active: false })
      return { status: 200, body: { success: true } }
    }
    service.products.set(id, {
      product_id: known?.['product_id'] ?? `product-${service.products.size + 1}`,
      product_type: 'template',
      external_id: id,
      code: payload['code'],
      name: payload['name'],
      price: payload['price'],
      currency: payload['currency'],
      billing_cycle: payload['billing_cycle'],
      vendor_id: payload['vendor_user_id'],
      active: true,
    })
    return { status: known ? 200 : 201, body: { success: true } }
  }
  return service
}

/** The profile of ann@example.com at the User Service. */
export const PROFILE = {
  _id: 42,
  email: 'ann@example.com',
  plan: { name: 'plus', date_end: '2026-01-30' },
  products: [],
}

/** A server that asks this User Service. */
export const startServerWith = (
  service: TestUserService,
  tokenCacheMs?: number,
  env: Record<string, string> = {},
): Promise<TestServer> =>
  startTestServer({
    start: '2026-01-15T10:00:00Z',
    env: { USER_SERVICE_URL: service.url, SERVICE_TOKEN: 'the-service-token', ...env },
    ...(tokenCacheMs === undefined ? {} : { app: { tokenCacheMs } }),
  })
