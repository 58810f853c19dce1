import { DenialError } from '../denials.js'
import { NetworkError, StackgateError } from '../errors.js'
import { isRefusedId, whoSent, type Identity, type IdentifyOptions } from './identity.js'
import type { AccountSession, Stackgate } from './stackgate-server.js'
import type { Permission } from '../generated/types.js'

/** Options of the handler of a framework. */
export interface HandlerOptions<Incoming = Request> extends IdentifyOptions<Incoming> {
  readonly stackgate: Stackgate
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
  const sessions = new Sessions(options)
  const answer = async (request: Request): Promise<Response> => {
    const sender = await whoSent(options, request)
    if ('rejection' in sender) return problem(sender.rejection.status, sender.rejection.code, sender.rejection.message)
    const { identity } = sender
    const sent = { request, body: request.method === 'POST' ? await request.text() : undefined }
    if (identity === null) return forward(options.stackgate, sent, null)
    const session = await sessions.of(identity)
    const response = await forward(options.stackgate, sent, session.token)
    if (response.status !== 401) return response
    // The session ended before its time, for example by `revokeAccountSessions`. Nothing was executed.
    await response.body?.cancel()
    return forward(options.stackgate, sent, (await sessions.of(identity, session)).token)
  }
  return async (request) => {
    if (isForeign(request)) return problem(403, 'FORBIDDEN', 'Requests of other sites are refused.')
    try {
      return await answer(request)
    } catch (error) {
      if (error instanceof NetworkError) return problem(503, error.code, error.message)
      if (isRefusedId(error)) return problem(401, 'UNAUTHENTICATED', (error as Error).message)
      if (error instanceof StackgateError) return problem(error.status ?? 502, error.code, error.message)
      throw error
    }
  }
}

/** The sessions of the customers whose browsers are served. */
class Sessions {
  readonly #sessions = new Map<string, Promise<AccountSession>>()

  constructor(private readonly options: HandlerOptions) {}

  /**
   * The session of a customer. Requests at the same time share a new one.
   * @param rejected session that the server rejected, so that another one is needed
   */
  async of(identity: Identity, rejected?: AccountSession): Promise<AccountSession> {
    const { customer } = identity
    const current = this.#sessions.get(customer)
    const known = current && (await current.catch(() => undefined))
    if (this.#sessions.get(customer) !== current) return this.of(identity, rejected)
    if (known && known !== rejected && known.expiresAt.getTime() - Date.now() > RENEW_BEFORE_MS) return known
    return this.#create(identity, known === undefined)
  }

  #create(identity: Identity, isFirst: boolean): Promise<AccountSession> {
    const { customer } = identity
    const created = createSession(this.options, identity, isFirst)
    this.#sessions.delete(customer)
    this.#sessions.set(customer, created)
    created.catch(() => {
      if (this.#sessions.get(customer) === created) this.#sessions.delete(customer)
    })
    for (const oldest of this.#sessions.keys()) {
      if (this.#sessions.size <= MAX_SESSIONS) break
      this.#sessions.delete(oldest)
    }
    return created
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
async function forward(
  stackgate: Stackgate,
  { request, body }: { readonly request: Request; readonly body: string | undefined },
  token: string | null,
): Promise<Response> {
  const headers = new Headers(token === null ? {} : { authorization: `Bearer ${token}` })
  for (const name of PASSED_HEADERS) {
    const value = request.headers.get(name)
    if (value !== null) headers.set(name, value)
  }
  const { method, signal } = request
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
