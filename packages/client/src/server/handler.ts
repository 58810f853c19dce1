import { DenialError } from '../denials.js'
import { NetworkError, StackgateError } from '../errors.js'
import type { AccountSession, Stackgate } from './stackgate-server.js'
import type { Permission } from '../generated/types.js'

/** The customer of a request, as the application knows it. */
export interface Identity {
  /** Your ID of the customer. */
  readonly customer: string
  /** Stored as the name of the account when its first session begins. */
  readonly name?: string | undefined
  /** Stored as its billing address then. */
  readonly email?: string | undefined
}

/** The customer of a request. Null without a session of the application. */
export type Identify<Incoming> = (request: Incoming) => Promise<Identity | null> | Identity | null

export interface HandlerOptions {
  readonly stackgate: Stackgate
  readonly identify: Identify<Request>
  /** Permissions of the browser. Default: read the account, its members, its entitlements and its billing, and buy. */
  readonly permissions?: readonly Permission[] | undefined
}

/** Time before the end of a session at which the next one is created. */
const RENEW_BEFORE_MS = 60_000
const MAX_SESSIONS = 10_000

/**
 * Serves GraphQL to the browser of the customer on the origin of the application, with the session of the application: there is no
 * token in the browser and no cross-origin request. Visitors, whom `identify` does not know, read what is public, such as plans.
 * Mount it at a path of your own, for example `/api/stackgate`, which is then the `url` of the client and of the React provider, with
 * the transport `sse`.
 */
export function stackgateHandler(options: HandlerOptions): (request: Request) => Promise<Response> {
  const sessions = new Map<string, Promise<AccountSession>>()
  const sessionOf = async (identity: Identity): Promise<AccountSession> => {
    const known = await sessions.get(identity.customer)?.catch(() => undefined)
    if (known && known.expiresAt.getTime() - Date.now() > RENEW_BEFORE_MS) return known
    const created = createSession(options, identity, known === undefined)
    sessions.delete(identity.customer)
    sessions.set(identity.customer, created)
    created.catch(() => sessions.delete(identity.customer))
    for (const oldest of sessions.keys()) {
      if (sessions.size <= MAX_SESSIONS) break
      sessions.delete(oldest)
    }
    return created
  }
  return async (request) => {
    if (isForeign(request)) return problem(403, 'FORBIDDEN', 'Requests of other sites are refused.')
    const identity = await options.identify(request)
    try {
      return await forward(options.stackgate, request, identity && (await sessionOf(identity)).token)
    } catch (error) {
      if (error instanceof NetworkError) return problem(503, error.code, error.message)
      if (error instanceof StackgateError) return problem(error.status ?? 502, error.code, error.message)
      throw error
    }
  }
}

async function createSession(
  { stackgate, permissions }: HandlerOptions,
  { customer, name, email }: Identity,
  isFirst: boolean,
): Promise<AccountSession> {
  if (isFirst && (name !== undefined || email !== undefined)) {
    const stored = await stackgate.upsertCustomer({ customer, name, billingEmail: email })
    if (!stored.ok) throw new DenialError(stored.denial)
  }
  const session = await stackgate.createSession({ customer, permissions })
  if (!session.ok) throw new DenialError(session.denial)
  return session.value
}

const PASSED_HEADERS = ['accept', 'content-type', 'last-event-id', 'x-stackgate-account', 'apollo-require-preflight']

/** The response is passed on as it arrives, because streams do not end. Without a token, the server allows what is public. */
async function forward(stackgate: Stackgate, request: Request, token: string | null): Promise<Response> {
  const headers = new Headers(token === null ? {} : { authorization: `Bearer ${token}` })
  for (const name of PASSED_HEADERS) {
    const value = request.headers.get(name)
    if (value !== null) headers.set(name, value)
  }
  const { method, signal } = request
  const body = method === 'POST' ? await request.text() : undefined
  const address = `${stackgate.graphqlUrl}${new URL(request.url).search}`
  const init = { method, headers, signal, ...(body === undefined ? {} : { body }) }
  const answer = await fetch(address, init).catch((cause: unknown) => {
    throw signal.aborted ? cause : new NetworkError(`No response from ${stackgate.graphqlUrl}.`, cause)
  })
  const passed = new Headers({ 'cache-control': 'no-store' })
  for (const name of ['content-type', 'retry-after', 'x-request-id']) {
    const value = answer.headers.get(name)
    if (value !== null) passed.set(name, value)
  }
  return new Response(answer.body, { status: answer.status, headers: passed })
}

/** True if another site sent the request: the browser of a customer would act without the customer. */
function isForeign({ headers, url }: Request): boolean {
  const site = headers.get('sec-fetch-site')
  if (site !== null) return site !== 'same-origin' && site !== 'none'
  const origin = headers.get('origin')
  if (origin === null) return false
  return !URL.canParse(origin) || new URL(origin).host !== (headers.get('host') ?? new URL(url).host)
}

const problem = (status: number, code: string, message: string): Response =>
  Response.json({ errors: [{ message, extensions: { code } }] }, { status })
