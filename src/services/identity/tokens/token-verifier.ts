import { hkdfSync } from 'node:crypto'
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  jwtDecrypt,
  jwtVerify,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
} from 'jose'
import type { Issuer, IssuerKeys } from '#services/kernel/config/issuers.js'
import { ISSUER_PRESETS } from '#services/kernel/config/issuer-presets.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { Timers } from '#services/kernel/time/timers.js'
import { claimAt, expectValue, missingClaim, readClaims, wrongClaim, type TokenClaims } from './token-claims.js'

/** Checks a user's token by the machine clock: signature, issuer, audience, expiry. */
export type TokenVerifier = (token: string) => Promise<TokenClaims>

/** Algorithms of public keys. A shared secret signs with HS256 alone, so that a public key is never taken for a secret. */
const PUBLIC_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
/** Greatest time of a claim, in seconds: that of the largest date of ECMAScript. */
const MAX_SECONDS = 8_640_000_000_000
const KEY_SET_TIMEOUT_MS = 3_000

type Clock = Pick<Timers, 'now'>

/** Verifies tokens of several issuers, each by its own keys. */
export function issuersVerifier(issuers: readonly Issuer[], timers: Clock): TokenVerifier {
  const verifiers = issuers.map((issuer) => ({ issuer, verify: issuerVerifier(issuer, timers) }))
  return async (token) => {
    const isEncrypted = token.split('.').length === 5
    const candidates = verifiers.filter(({ issuer }) => (issuer.keys.kind === 'session') === isEncrypted)
    const iss = isEncrypted ? undefined : unverifiedIssuer(token)
    const named = candidates.find(({ issuer }) => issuer.issuer === iss && iss !== undefined)
    const chosen = named ?? (candidates.length === 1 ? candidates[0] : undefined)
    if (chosen) return chosen.verify(token)
    if (candidates.length === 0) throw notAToken()
    if (iss === undefined) throw missingClaim('iss')
    throw wrongClaim('iss', candidates.map(({ issuer }) => `'${issuer.issuer}'`).join(' or '), iss, true)
  }
}

/** Verifies tokens that this process signed, in the form of Stackgate. */
export const localTokenVerifier = (
  keys: JSONWebKeySet,
  { issuer, audience, timers }: { readonly issuer: string; readonly audience: string; readonly timers: Clock },
): TokenVerifier => {
  const own = { ...OWN_FORM, issuer, audience: [audience] }
  return verifier(own, timers, signedBy(createLocalJWKSet(keys)))
}

/** Tokens of one issuer whose key set is at an address, in the form of Stackgate. */
export const remoteTokenVerifier = (
  jwksUrl: URL,
  { issuer, audience, timers }: { readonly issuer?: string; readonly audience?: string; readonly timers: Clock },
): TokenVerifier =>
  issuerVerifier(
    {
      ...OWN_FORM,
      issuer: issuer ?? null,
      audience: audience ? [audience] : [],
      keys: { kind: 'signed', url: jwksUrl, secret: null },
    },
    timers,
  )

const OWN_FORM = {
  prefix: '',
  authorizedParties: [],
  authorizedParty: ['azp'],
  expectedClaims: {},
  kinds: [],
  hasSeveralOrganizations: false,
  pastTimes: [],
  clockToleranceSeconds: 5,
  ...ISSUER_PRESETS.stackgate,
} as const

/** Two issuers side by side: tokens that name the issuer are verified by the first, all others by the second. */
export const verifierByIssuer =
  (issuer: string, first: TokenVerifier, second: TokenVerifier): TokenVerifier =>
  (token) =>
    (unverifiedIssuer(token) === issuer ? first : second)(token)

function unverifiedIssuer(token: string): string | undefined {
  try {
    return decodeJwt(token).iss
  } catch {
    return undefined
  }
}

const issuerVerifier = (issuer: Issuer, timers: Clock): TokenVerifier => verifier(issuer, timers, openerOf(issuer.keys))

/** Opens a token: checks its signature, or decrypts it. */
type OpenToken = (token: string, options: JWTVerifyOptions) => Promise<JWTPayload>

function openerOf(keys: IssuerKeys): OpenToken {
  if (keys.kind === 'session') return openedSession(keys)
  const byKeySet = keys.url && signedBy(createRemoteJWKSet(keys.url, { timeoutDuration: KEY_SET_TIMEOUT_MS }))
  const bySecret = keys.secret === null ? null : signedWith(keys.secret)
  return (token, options) =>
    (bySecret && (!byKeySet || headerOf(token).alg === 'HS256') ? bySecret : byKeySet!)(token, options)
}

/** As Auth.js derives the keys of its sessions: the salt is the name of the cookie, and the length is that of the encryption. */
function openedSession({ secret, cookieName }: Extract<IssuerKeys, { kind: 'session' }>): OpenToken {
  const info = `Auth.js Generated Encryption Key (${cookieName})`
  const keyOf = (length: number) => new Uint8Array(hkdfSync('sha256', secret, cookieName, info, length))
  const keys: Readonly<Record<string, Uint8Array>> = { 'A256CBC-HS512': keyOf(64), A256GCM: keyOf(32) }
  return async (token, options) =>
    (
      await jwtDecrypt(token, ({ enc }) => keys[enc]!, {
        ...options,
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: Object.keys(keys),
      })
    ).payload
}

function signedWith(secret: string): OpenToken {
  const key = new TextEncoder().encode(secret)
  return async (token, options) => (await jwtVerify(token, key, { ...options, algorithms: ['HS256'] })).payload
}

/** Verifies by a key set. A token without the ID of its key is verified by each key that fits. */
const signedBy =
  (keys: JWTVerifyGetKey): OpenToken =>
  async (token, given) => {
    const options = { ...given, algorithms: PUBLIC_ALGORITHMS }
    try {
      return (await jwtVerify(token, keys, options)).payload
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error
      let failure: Error = error
      for await (const key of error) {
        try {
          return (await jwtVerify(token, key, options)).payload
        } catch (next) {
          const isOtherKey = next instanceof errors.JWSSignatureVerificationFailed || next instanceof TypeError
          if (!isOtherKey) throw next
          if (!(failure instanceof errors.JWSSignatureVerificationFailed)) failure = next
        }
      }
      throw failure
    }
  }

type Expected = Omit<Issuer, 'keys'>

function verifier(issuer: Expected, timers: Clock, open: OpenToken): TokenVerifier {
  return async (token) => {
    const payload = await opened(issuer, timers, token, open)
    if (issuer.audience.length > 0) expectValue(payload, 'aud', issuer.audience)
    if (issuer.authorizedParties.length > 0) {
      const name = issuer.authorizedParty.find((one) => claimAt(payload, one) != null)
      expectValue(payload, name ?? issuer.authorizedParty[0]!, issuer.authorizedParties)
    }
    const latest = timers.now() / 1000 + issuer.clockToleranceSeconds
    for (const name of issuer.pastTimes) expectPast(payload, name, latest)
    return readClaims(payload, issuer, decodeProtectedHeader(token))
  }
}

function expectPast(payload: JWTPayload, name: string, latest: number): void {
  const value = claimAt(payload, name)
  if (value != null && (typeof value !== 'number' || !(value <= latest)))
    throw wrongClaim(name, 'a time that has passed', value, true)
}

async function opened(
  { issuer, claims, clockToleranceSeconds }: Expected,
  timers: Clock,
  token: string,
  open: OpenToken,
): Promise<JWTPayload> {
  try {
    const payload = await open(token, {
      currentDate: new Date(timers.now()),
      clockTolerance: clockToleranceSeconds,
      requiredClaims: ['exp', ...(claims.subject.includes('sub') ? ['sub'] : [])],
    })
    if (payload.exp! > MAX_SECONDS - clockToleranceSeconds)
      throw wrongClaim('exp', 'a time in seconds', payload.exp, true)
    if (issuer !== null) expectValue(payload, 'iss', [issuer])
    return payload
  } catch (error) {
    throw tokenError(error, token)
  }
}

/** True if the key set could not be read. All other errors concern the token or one of its keys. */
const isUnavailable = (error: unknown): boolean =>
  error instanceof errors.JOSEError
    ? // jose has no code of its own for a status other than 200.
      ['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC'].includes(error.code)
    : // `fetch` names the cause of a failure.
      (error as Error).cause !== undefined

/** The error of a token that cannot be used. It names what is wrong, and repeats no part of the token but its algorithm and key ID. */
function tokenError(error: unknown, token: string): unknown {
  if (error instanceof AppError) return error
  if (error instanceof errors.JWTExpired) return new AppError('TOKEN_EXPIRED', 'The token has expired.')
  if (isUnavailable(error))
    return new AppError('UNAVAILABLE', 'Token verification is temporarily unavailable.', { cause: error })
  if (error instanceof errors.JWTClaimValidationFailed)
    return error.reason === 'missing' || claimAt(error.payload, error.claim) === undefined
      ? missingClaim(error.claim)
      : wrongClaim(error.claim, EXPECTED_TIMES[error.claim] ?? 'another value', error.payload[error.claim], true)
  const { alg, kid } = headerOf(token)
  if (error instanceof errors.JOSEAlgNotAllowed)
    return invalid(`The algorithm ${alg ?? ''} of the token is not allowed for its issuer.`)
  if (error instanceof errors.JWKSNoMatchingKey)
    return invalid(`The key ${kid ?? 'without an ID'} of the token is not in the key set of its issuer.`)
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return invalid('The signature of the token does not match the keys of its issuer.')
  if (error instanceof errors.JWEDecryptionFailed)
    return invalid('The token cannot be decrypted with the secret of its issuer.')
  if (error instanceof errors.JOSENotSupported && error.message.startsWith('Extension'))
    return invalid('The header of the token has an extension that is not supported.')
  if (error instanceof TypeError || error instanceof errors.JOSENotSupported || error instanceof errors.JWKInvalid)
    return invalid(
      `The key ${kid ?? 'without an ID'} of the token cannot be used with the algorithm ${alg ?? ''}. RSA keys need at least 2048 bits.`,
    )
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWEInvalid || error instanceof errors.JWTInvalid)
    return new AppError('INVALID_TOKEN', 'The token is not a JSON Web Token that can be read.', {
      internal: error.message,
    })
  return new AppError('INVALID_TOKEN', 'The token is not valid.', { internal: (error as Error).message })
}

const EXPECTED_TIMES: Readonly<Record<string, string>> = {
  exp: 'a number',
  nbf: 'a time that has passed',
  iat: 'a number',
}

const invalid = (message: string): AppError => new AppError('INVALID_TOKEN', message)
const notAToken = (): AppError => invalid('The token is not valid.')

/** The header of a token as it says itself, for texts of errors. */
function headerOf(token: string): { readonly alg?: string; readonly kid?: string } {
  try {
    const { alg, kid } = decodeProtectedHeader(token)
    return { ...(alg ? { alg: alg.slice(0, 20) } : {}), ...(kid ? { kid: kid.slice(0, 100) } : {}) }
  } catch {
    return {}
  }
}
