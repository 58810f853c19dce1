import type { FeatureKey } from '../catalog-keys.js'
/** A token is refused. `code` says why. */
export class EntitlementsTokenError extends Error {
  override readonly name = 'EntitlementsTokenError'
  /**
   * `MALFORMED`: no token of this kind, or one with claims that the installation does not write. `EXPIRED`: its time is over, or not begun. `WRONG_ISSUER`: of another installation. `UNKNOWN_KEY`: the
   * key set has no such key. `INVALID_SIGNATURE`: not signed with the key. `NO_KEYS`: the key set could not be read.
   */
  readonly code: 'MALFORMED' | 'EXPIRED' | 'WRONG_ISSUER' | 'UNKNOWN_KEY' | 'INVALID_SIGNATURE' | 'NO_KEYS'

  constructor(code: EntitlementsTokenError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Settings of a verifier. */
export interface EntitlementsVerifierOptions {
  /** Address of the installation, as its `PUBLIC_URL`. */
  readonly url: string | URL
  /** Time for which keys are used without reading them again. Default: an hour. */
  readonly cacheSeconds?: number | undefined
  /** Accepted difference of clocks. Default: 5. */
  readonly toleranceSeconds?: number | undefined
  /** Default: that of the platform. */
  readonly fetch?: ((url: string) => Promise<Response>) | undefined
  /** Milliseconds since 1970. Default: `Date.now`. */
  readonly now?: (() => number) | undefined
}

/** Entitlements of an account at the time of the token. */
export interface VerifiedEntitlements {
  readonly accountId: string
  /** Your ID of the customer. Null for other accounts. */
  readonly customer: string | null
  /** Version of the account. */
  readonly revision: number
  readonly issuedAt: Date
  readonly expiresAt: Date
  /** True if the feature is granted, and at least this amount (default 1) remains where it is counted. */
  allows(feature: FeatureKey, amount?: number): boolean
  /** Remaining units. Null without a limit, 0 if the feature is not granted. */
  remaining(feature: FeatureKey): number | null
}

/** Verifies tokens of entitlements without a request. */
export interface EntitlementsVerifier {
  /**
   * Verifies a token.
   * @throws EntitlementsTokenError
   */
  verify(token: string): Promise<VerifiedEntitlements>
}

interface Claims {
  readonly iss: string
  readonly sub: string
  readonly customer?: string | null
  readonly iat: number
  readonly exp: number
  readonly version: number
  readonly revision: number
  readonly entitlements: Readonly<Record<string, boolean | number>>
}

interface Jwk {
  readonly kid: string
  readonly x: string
}

type Key = Awaited<ReturnType<typeof crypto.subtle.importKey>>

const ED25519 = { name: 'Ed25519' } as const
const VERSION = 1
/** Longest life of a token, by the documentation. */
const MAX_LIFE_SECONDS = 300
const HOUR_SECONDS = 3_600
/** An unknown key makes the verifier read the keys again, at most this often. */
const REREAD_MS = 10_000

/**
 * Makes a verifier, once for each process. It reads the keys of the installation at the first token. Its result is advice for showing and
 * hiding: consume at the server what costs money.
 */
export function createEntitlementsVerifier(options: EntitlementsVerifierOptions): EntitlementsVerifier {
  const { cacheSeconds = HOUR_SECONDS, toleranceSeconds = 5, now = () => Date.now() } = options
  const issuer = String(options.url).replace(/\/*$/, '/')
  const keySet = new KeySet(`${issuer}.well-known/jwks.json`, cacheSeconds * 1_000, options, now)
  return {
    async verify(token: unknown) {
      const parts = typeof token === 'string' ? token.split('.') : []
      const [head, body, tail] = parts
      if (parts.length !== 3) throw malformed()
      const kid = keyOf(json(head!))
      const key = await keySet.key(kid)
      const content = new TextEncoder().encode(`${head}.${body}`)
      if (!(await crypto.subtle.verify(ED25519, key, bytesOf(tail!), content)))
        throw new EntitlementsTokenError('INVALID_SIGNATURE', 'The signature of the token is invalid.')
      const claims = json(body!) as Claims
      if (claims.iss !== issuer) throw new EntitlementsTokenError('WRONG_ISSUER', `The token is not one of ${issuer}.`)
      if (claims.version !== VERSION || !hasTimes(claims) || !hasSubject(claims)) throw malformed()
      const seconds = now() / 1_000
      if (seconds > claims.exp + toleranceSeconds || seconds < claims.iat - toleranceSeconds)
        throw new EntitlementsTokenError('EXPIRED', 'The time of the token is over. Request a new one.')
      return verifiedOf(claims)
    },
  }
}

/** The header that the installation writes. No other algorithm or kind of token is accepted, and no extension that must be understood. */
function keyOf({ alg, kid, typ, crit }: Header): string {
  const isOwn = alg === 'EdDSA' && crit === undefined && (typ === undefined || isJwt(typ))
  if (!isOwn || typeof kid !== 'string') throw malformed()
  return kid
}

interface Header {
  readonly alg?: unknown
  readonly kid?: unknown
  readonly typ?: unknown
  readonly crit?: unknown
}

/** RFC 7519 compares media types without their case. */
const isJwt = (typ: unknown): boolean => typeof typ === 'string' && /^(?:application\/)?jwt$/i.test(typ)

/** True for a life that the installation gives. A longer one would show an entitlement after its end. */
const hasTimes = ({ iat, exp }: Claims): boolean =>
  Number.isFinite(iat) && Number.isFinite(exp) && exp > iat && exp - iat <= MAX_LIFE_SECONDS

const hasSubject = ({ sub, customer = null, entitlements }: Claims): boolean =>
  typeof sub === 'string' &&
  (customer === null || typeof customer === 'string') &&
  Object(entitlements) === entitlements

function verifiedOf({ sub, customer = null, revision, iat, exp, entitlements }: Claims): VerifiedEntitlements {
  const valueOf = (feature: string): boolean | number =>
    Object.hasOwn(entitlements, feature) ? entitlements[feature]! : false
  return {
    accountId: sub,
    customer,
    revision,
    issuedAt: new Date(iat * 1_000),
    expiresAt: new Date(exp * 1_000),
    allows: (feature, amount = 1) => {
      const value = valueOf(feature)
      return typeof value === 'number' ? value >= amount : value
    },
    remaining: (feature) => {
      const value = valueOf(feature)
      return value === true ? null : Number(value)
    },
  }
}

/** The keys of an installation, read when they are needed. */
class KeySet {
  #keys: Promise<Map<string, Key>> | undefined
  #readAt = -Infinity

  constructor(
    private readonly url: string,
    private readonly cacheMs: number,
    private readonly options: Pick<EntitlementsVerifierOptions, 'fetch'>,
    private readonly now: () => number,
  ) {}

  async key(id: string): Promise<Key> {
    const known = (await this.#current(this.cacheMs)).get(id)
    const key = known ?? (await this.#current(REREAD_MS)).get(id)
    if (!key) throw new EntitlementsTokenError('UNKNOWN_KEY', `${this.url} has no key ${id}.`)
    return key
  }

  #current(maxAgeMs: number): Promise<Map<string, Key>> {
    if (this.#keys && this.now() - this.#readAt <= maxAgeMs) return this.#keys
    const previous = this.#keys
    this.#readAt = this.now()
    const reading = this.#read()
    // Keys that were read before stay valid while the installation cannot be reached.
    this.#keys = reading.catch((error: unknown) => {
      if (previous) return previous
      this.#keys = undefined
      throw error
    })
    return this.#keys
  }

  async #read(): Promise<Map<string, Key>> {
    const { fetch = (url: string) => globalThis.fetch(url) } = this.options
    try {
      const response = await fetch(this.url)
      if (!response.ok) throw new Error(`status ${response.status}`)
      const { keys } = (await response.json()) as { keys: readonly Jwk[] }
      return new Map(await Promise.all(keys.map(async ({ kid, x }) => [kid, await importKey(x)] as const)))
    } catch (cause) {
      throw new EntitlementsTokenError('NO_KEYS', `The keys at ${this.url} could not be read.`, { cause })
    }
  }
}

const importKey = (x: string): Promise<Key> =>
  crypto.subtle.importKey('jwk', { kty: 'OKP', crv: 'Ed25519', x }, ED25519, false, ['verify'])

const malformed = (cause?: unknown): EntitlementsTokenError =>
  new EntitlementsTokenError('MALFORMED', 'This is no token of entitlements.', { cause })

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0))
  } catch (cause) {
    throw malformed(cause)
  }
}

function json(text: string): object {
  const bytes = bytesOf(text)
  try {
    return Object(JSON.parse(new TextDecoder().decode(bytes))) as object
  } catch (cause) {
    throw malformed(cause)
  }
}
