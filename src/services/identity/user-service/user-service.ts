import type { Config } from '#services/kernel/config/config.js'
import type { UserServiceConfig } from '#services/kernel/config/integrations.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { Metrics } from '#services/kernel/metrics/metrics.js'
import { createAddressGuard, guardedPool } from '#services/kernel/outbound/address-guard.js'
import { createResilientUpstream } from '#services/kernel/outbound/resilient-upstream.js'
import { UpstreamError, type UpstreamAnswer } from '#services/kernel/outbound/upstream.js'
import type { Timers } from '#services/kernel/time/timers.js'
import {
  readCategories,
  readPlans,
  readProducts,
  readProfile,
  type UserServiceCategory,
  type UserServicePlan,
  type UserServiceProduct,
  type UserServiceProfile,
} from './parse-responses.js'
import { createServiceToken } from './service-token.js'

/** The User Service, which owns users and optionally plans and products, over one pool of keep-alive connections. */
export interface UserService {
  readonly config: UserServiceConfig
  /** Profile of a token. Null if the token is no longer valid. */
  profile(token: string): Promise<UserServiceProfile | null>
  plans(): Promise<UserServicePlan[]>
  /** The product that sells a template there; null: none. */
  templateProduct(externalId: string): Promise<UserServiceProduct | null>
  /** All that sell templates there, page by page. */
  templateProducts(): AsyncIterable<UserServiceProduct[]>
  categories(): Promise<UserServiceCategory[]>
  /** Sends a template. Returns the status, including error statuses. */
  sync(body: object): Promise<number>
  close(): Promise<void>
}

const TRY_MS = 2_000
const SYNC_MS = 10_000
const PAGE = 100
/** Page limit, so that a server that repeats the same page does not cause an endless loop. */
const MAX_PAGES = 1_000

export function createUserService(
  config: UserServiceConfig,
  credentials: Pick<Config, 'serviceToken' | 'serviceClient'>,
  { metrics, timers }: { readonly metrics: Metrics; readonly timers: Timers },
): UserService {
  // The operator named it, so that its address may be a private one.
  const hosts = [config.url, config.tokenUrl].map(({ hostname }) => hostname.replace(/^\[|\]$/g, ''))
  const pool = guardedPool(createAddressGuard(hosts), { connectMs: 1_000, perOrigin: 8 })
  const reads = createResilientUpstream({ name: 'user_service', pool, metrics, timers, timeoutMs: TRY_MS })
  // Separate from sign-in calls: queued calls are not urgent, and their failures must not open the circuit breaker for
  // sign-ins.
  const syncs = createResilientUpstream({ name: 'user_service_sync', pool, metrics, timers, timeoutMs: SYNC_MS })
  const serviceToken = createServiceToken(config, credentials, syncs, timers)
  const get = (route: string, path: string, headers: Record<string, string> = {}) =>
    reads.call({ method: 'GET', url: new URL(path, config.url), route, headers, retries: 2 })
  const asService = async (): Promise<Record<string, string>> => {
    const token = await serviceToken.current()
    return token ? { authorization: `Bearer ${token}` } : {}
  }
  return {
    config,
    profile: (token) => profileOf(get('me', 'oauth_server/api/me', { authorization: `Bearer ${token}` })),
    plans: async () => readPlans(await found(get('plans', 'server/user/plans/info', await asService()))),
    templateProduct: async (externalId) => {
      const path = `api/1.0/products?external_id=${encodeURIComponent(externalId)}&product_type=template`
      const products = readProducts(await found(get('products', path, await asService())))
      return products.find((product) => product.externalId === externalId) ?? null
    },
    async *templateProducts() {
      for (let page = 1; page <= MAX_PAGES; page++) {
        const path = `api/1.0/products?product_type=template&page=${page}&max_results=${PAGE}`
        const products = readProducts(await found(get('products', path, await asService())))
        yield products.filter(({ productType }) => productType === 'template')
        if (products.length < PAGE) return
      }
    },
    categories: async () => readCategories(await found(get('category', 'api/1.0/category', await asService()))),
    async sync(body) {
      const send = async () =>
        syncs.call({
          method: 'POST',
          url: new URL('marketplace/sync', config.url),
          route: 'sync',
          headers: await asService(),
          body,
        })
      const answer = await send().catch((error: unknown) => {
        // The cached token may have been revoked: retries once with a new one.
        if (!isDenial(error) || !serviceToken.discard()) throw error
        return send()
      })
      return answer.status
    },
    close: () => pool.close(),
  }
}

const isDenial = (error: unknown): boolean => error instanceof UpstreamError && error.failure === 'auth_failure'

/** An invalid token is a result. A service that does not respond is an outage, in which no token is accepted. */
async function profileOf(call: Promise<UpstreamAnswer>): Promise<UserServiceProfile | null> {
  try {
    const { status, body } = await call
    if (status === 404 || status === 400) return null
    return readProfile(body)
  } catch (error) {
    if (isDenial(error)) return null
    throw new AppError('UNAVAILABLE', 'Token verification is temporarily unavailable.', { cause: error })
  }
}

/** Not found is an empty result. */
async function found(call: Promise<UpstreamAnswer>): Promise<unknown> {
  const { status, body } = await call
  if (status === 404) return []
  if (status >= 300) throw new UpstreamError('user_service', 'server_error', true, `answered ${status}`)
  return body
}
