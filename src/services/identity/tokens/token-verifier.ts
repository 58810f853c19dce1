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
const CLOCK_TOLERANCE_SECONDS = 5
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
  return verifier(own, timers, signedBy(createLocalJWKSet(keys), PUBLIC_ALGORITHMS))
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
      keys: { kind: 'jwks', url: jwksUrl },
    },
    timers,
  )

const OWN_FORM = {
  prefix: '',
  authorizedParties: [],
  expectedClaims: {},
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
  switch (keys.kind) {
    case 'jwks':
      return signedBy(createRemoteJWKSet(keys.url, { timeoutDuration: KEY_SET_TIMEOUT_MS }), PUBLIC_ALGORITHMS)
    case 'secret': {
      const secret = new TextEncoder().encode(keys.secret)
      return signedBy(() => Promise.resolve(secret), ['HS256'])
    }
    case 'session': {
      // As Auth.js derives the key of its sessions: the salt is the name of the cookie.
      const info = `Auth.js Generated Encryption Key (${keys.cookieName})`
      const key = new Uint8Array(hkdfSync('sha256', keys.secret, keys.cookieName, info, 64))
      return async (token, options) =>
        (
          await jwtDecrypt(token, key, {
            ...options,
            keyManagementAlgorithms: ['dir'],
            contentEncryptionAlgorithms: ['A256CBC-HS512'],
          })
        ).payload
    }
  }
}

const signedBy =
  (keys: JWTVerifyGetKey | (() => Promise<Uint8Array>), algorithms: string[]): OpenToken =>
  async (token, options) =>
    (await jwtVerify(token, keys as JWTVerifyGetKey, { ...options, algorithms })).payload

type Expected = Omit<Issuer, 'keys'>

function verifier(issuer: Expected, timers: Clock, open: OpenToken): TokenVerifier {
  return async (token) => {
    const payload = await opened(issuer, timers, token, open)
    if (issuer.audience.length > 0) expectValue(payload, 'aud', issuer.audience)
    if (issuer.authorizedParties.length > 0 && claimAt(payload, 'azp') !== undefined)
      expectValue(payload, 'azp', issuer.authorizedParties)
    return readClaims(payload, issuer)
  }
}

async function opened(
  { issuer, claims }: Expected,
  timers: Clock,
  token: string,
  open: OpenToken,
): Promise<JWTPayload> {
  try {
    const payload = await open(token, {
      currentDate: new Date(timers.now()),
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      requiredClaims: ['exp', ...(claims.subject.includes('sub') ? ['sub'] : [])],
    })
    if (issuer !== null) expectValue(payload, 'iss', [issuer])
    return payload
  } catch (error) {
    throw tokenError(error, token)
  }
}

/** The error of a token that cannot be used. It names what is wrong, and repeats no part of the token but its algorithm and key ID. */
function tokenError(error: unknown, token: string): unknown {
  if (error instanceof AppError) return error
  if (error instanceof errors.JWTExpired) return new AppError('TOKEN_EXPIRED', 'The token has expired.')
  if (error instanceof errors.JWKSTimeout || error instanceof TypeError)
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
