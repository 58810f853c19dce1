import http from 'node:http'
import https from 'node:https'
import type {
  OAuthToken,
  OrdersController,
  PaymentsController,
  SubscriptionsController,
  TransactionSearchController,
} from '@paypal/paypal-server-sdk'
import { Agent, type Dispatcher } from 'undici'
import type { Mode } from '#services/kernel/config/mode.js'
import type { Timers } from '#services/kernel/time/timers.js'
import { PayPalHttpError } from './paypal-errors.js'

const TIMEOUT_MS = 10_000
/** A token is taken for expired a little before it is. */
const TOKEN_MARGIN_SECONDS = 60

export interface PayPalClientOptions {
  readonly clientId: string
  readonly clientSecret: string
  /** URL of a PayPal replacement, with its path. Null: PayPal's own for the mode. */
  readonly apiUrl: URL | null
  readonly mode: Mode
  readonly timers: Timers
}

/** PayPal's SDK, and plain calls with the same token for what it lacks. The SDK takes 11 MB of memory and is loaded at the first call. */
export interface PayPalClient {
  orders(): Promise<OrdersController>
  payments(): Promise<PaymentsController>
  subscriptions(): Promise<SubscriptionsController>
  transactions(): Promise<TransactionSearchController>
  /** Connections that are kept, also for certificates. */
  readonly dispatcher: Dispatcher
  /** A call that the SDK does not have. Throws `PayPalHttpError` for anything but success. */
  request<Answer>(method: 'GET' | 'POST' | 'PATCH', path: string, options?: RawCall): Promise<Answer>
  /** The next call requests a new token. */
  evictToken(): void
}

export interface RawCall {
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** JSON that is sent unchanged, instead of `body`. */
  readonly rawBody?: Buffer
  readonly requestId?: string
  readonly prefer?: string
}

export function createPayPalClient(options: PayPalClientOptions): PayPalClient {
  const { clientId, clientSecret, apiUrl, mode, timers } = options
  const production = mode === 'live'
  const base = apiUrl ?? new URL(production ? 'https://api-m.paypal.com' : 'https://api-m.sandbox.paypal.com')
  let token: Promise<OAuthToken> | null = null
  const load = async () => {
    const sdk = await import('@paypal/paypal-server-sdk')
    const client = new sdk.Client({
      environment: production ? sdk.Environment.Production : sdk.Environment.Sandbox,
      timeout: TIMEOUT_MS,
      // The SDK would log bodies if logging were enabled.
      clientCredentialsAuthCredentials: {
        oAuthClientId: clientId,
        oAuthClientSecret: clientSecret,
        oAuthTokenProvider: () => currentToken(),
      },
      unstable_httpClientOptions: { transport: transportTo(base), maxRedirects: 0, proxy: false },
    })
    return {
      manager: client.clientCredentialsAuthManager,
      orders: new sdk.OrdersController(client),
      payments: new sdk.PaymentsController(client),
      subscriptions: new sdk.SubscriptionsController(client),
      transactions: new sdk.TransactionSearchController(client),
    }
  }
  let loaded: ReturnType<typeof load> | undefined
  const loadOnce = () => (loaded ??= load())
  const currentToken = async (): Promise<OAuthToken> => {
    const { manager } = await loadOnce()
    const known = await token?.catch(() => null)
    if (known && !isSpent(known, timers.now())) return known
    // Concurrent callers share one request.
    token = manager.fetchToken()
    return token
  }
  const dispatcher = new Agent({ connections: 20, keepAliveTimeout: 30_000 })
  return {
    orders: async () => (await loadOnce()).orders,
    payments: async () => (await loadOnce()).payments,
    subscriptions: async () => (await loadOnce()).subscriptions,
    transactions: async () => (await loadOnce()).transactions,
    dispatcher,
    request: async (method, path, options = {}) =>
      plainCall(dispatcher, base, (await currentToken()).accessToken, { ...options, method, path }),
    evictToken: () => {
      token = null
    },
  }
}

const isSpent = ({ expiry }: OAuthToken, now: number): boolean =>
  expiry !== undefined && Number(expiry) <= now / 1000 + TOKEN_MARGIN_SECONDS

/** The SDK knows two addresses and no third: its requests are sent to `base` with their path below that of `base`. */
function transportTo(base: URL) {
  const secure = base.protocol === 'https:'
  const agent = secure ? new https.Agent({ keepAlive: true }) : new http.Agent({ keepAlive: true })
  const prefix = base.pathname.replace(/\/$/, '')
  return {
    request(options: http.RequestOptions, answered: (response: http.IncomingMessage) => void): http.ClientRequest {
      const { hostname, port, protocol } = base
      const host = port ? `${hostname}:${port}` : hostname
      const headers = { ...(options.headers as http.OutgoingHttpHeaders), host }
      const path = `${prefix}${options.path ?? '/'}`
      const sent = { ...options, protocol, hostname, host: hostname, port: port || undefined, path, headers, agent }
      return (secure ? https : http).request(sent, answered)
    },
  }
}

async function plainCall<Answer>(
  dispatcher: Dispatcher,
  base: URL,
  token: string,
  {
    method,
    path,
    query,
    body,
    rawBody,
    requestId,
    prefer,
  }: RawCall & { method: 'GET' | 'POST' | 'PATCH'; path: string },
): Promise<Answer> {
  const content = rawBody ?? (body === undefined ? null : JSON.stringify(body))
  const search = query ? `?${new URLSearchParams(query).toString()}` : ''
  const response = await dispatcher.request({
    origin: base.origin,
    path: `${base.pathname.replace(/\/$/, '')}${path}${search}`,
    method,
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'application/json',
      ...(content === null ? {} : { 'content-type': 'application/json' }),
      ...(requestId ? { 'paypal-request-id': requestId } : {}),
      ...(prefer ? { prefer } : {}),
    },
    body: content,
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
  })
  const text = await response.body.text()
  if (response.statusCode >= 300) throw new PayPalHttpError({ statusCode: response.statusCode, body: text })
  return (text === '' ? null : JSON.parse(text)) as Answer
}
