import { oneLine } from '#services/kernel/text/one-line.js'
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  decodeJwt,
  errors,
  jwtVerify,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
} from 'jose'
import { z } from 'zod'
import type { UserServiceProfile } from '../user-service/parse-responses.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { Timers } from '#services/kernel/time/timers.js'

/** Claims that are read from a user token. All others are ignored. */
export interface TokenClaims {
  readonly subject: string
  readonly email: string
  /** False when the issuer says that the address was not proved (`email_verified`). */
  readonly emailVerified: boolean
  readonly name: string | null
  readonly roles: readonly string[]
  /** A community, and the user's role in it. */
  readonly communityId: string | null
  readonly communityRole: 'admin' | 'member'
  readonly expiresAt: Date
  /** Additional profile from the User Service, for tokens that it verified. */
  readonly profile?: UserServiceProfile
}

/** Checks a user's token by the machine clock: signature, issuer, audience, expiry. */
export type TokenVerifier = (token: string) => Promise<TokenClaims>

/** Expected claims, and the clock by which tokens expire. */
interface Expected {
  readonly issuer?: string
  readonly audience?: string
  readonly timers: Pick<Timers, 'now'>
}

const ALGORITHMS = ['RS256', 'ES256', 'EdDSA']

/** Text that the database can hold. */
const text = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .refine((value) => value.isWellFormed() && !value.includes('\0'))

/** Text that identifies something: it is part of references, log lines and headers. */
const identifier = (minLength: number, maxLength: number) =>
  text(maxLength)
    .min(minLength)
    .refine((value) => !/[\p{Cc}\u2028\u2029]/u.test(value))

const claims = z.object({
  sub: identifier(1, 200),
  email: identifier(3, 320),
  email_verified: z.union([z.boolean(), z.enum(['true', 'false']).transform((value) => value === 'true')]).nullish(),
  name: text(200).nullish(),
  roles: z.array(z.string()).nullish(),
  cid: z.union([identifier(1, 200), z.number().int().transform(String)]).nullish(),
  crole: z.enum(['admin', 'member']).nullish(),
  exp: z.number(),
})

/** Description of each claim for callers. */
const EXPECTED: Readonly<Record<string, string>> = {
  sub: 'text of 1 to 200 characters without control characters',
  email: 'text of 3 to 320 characters without control characters',
  email_verified: 'true or false',
  name: 'text of at most 200 characters',
  roles: 'a list of texts',
  cid: 'text of 1 to 200 characters without control characters, or a whole number',
  crole: "'admin' or 'member'",
  exp: 'a number',
}

/** Tells a claim that is missing from one that is wrong. Values are not repeated: they can be personal. */
function claimProblem(name: string, payload: Readonly<Record<string, unknown>>): AppError {
  const message =
    payload[name] == null
      ? `The token is missing the claim ${name}.`
      : `The claim ${name} of the token is wrong: expected ${EXPECTED[name] ?? 'another value'}.`
  return new AppError('INVALID_TOKEN', message)
}

export const remoteTokenVerifier = (jwksUrl: URL, expected: Expected): TokenVerifier =>
  verifier(createRemoteJWKSet(jwksUrl, { timeoutDuration: 3000 }), expected)

export const localTokenVerifier = (
  keys: JSONWebKeySet,
  expected: Expected & { issuer: string; audience: string },
): TokenVerifier => verifier(createLocalJWKSet(keys), expected)

/** Two issuers side by side: tokens that name the issuer are verified by the first, all others by the second. */
export const verifierByIssuer =
  (issuer: string, first: TokenVerifier, second: TokenVerifier): TokenVerifier =>
  (token) =>
    (issuerOf(token) === issuer ? first : second)(token)

function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss
  } catch {
    return undefined
  }
}

function verifier(keys: JWTVerifyGetKey, expected: Expected): TokenVerifier {
  return async (token) => {
    const payload = await verify(token, keys, expected)
    const parsed = claims.safeParse(payload)
    if (!parsed.success) throw claimProblem(String(parsed.error.issues[0]!.path[0]), payload)
    const { sub, email, name, roles, cid, crole, exp } = parsed.data
    return {
      subject: sub,
      email,
      emailVerified: parsed.data.email_verified ?? true,
      name: name ? oneLine(name) : null,
      roles: roles ?? [],
      communityId: cid ?? null,
      communityRole: crole ?? 'member',
      expiresAt: new Date(exp * 1000),
    }
  }
}

async function verify(token: string, keys: JWTVerifyGetKey, { timers, ...expected }: Expected): Promise<JWTPayload> {
  try {
    return (
      await jwtVerify(token, keys, {
        ...expected,
        currentDate: new Date(timers.now()),
        algorithms: ALGORITHMS,
        clockTolerance: 5,
        requiredClaims: ['sub', 'exp'],
      })
    ).payload
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw new AppError('TOKEN_EXPIRED', 'The token has expired.')
    if (error instanceof errors.JWKSTimeout || error instanceof TypeError)
      throw new AppError('UNAVAILABLE', 'Token verification is temporarily unavailable.', { cause: error })
    if (error instanceof errors.JWTClaimValidationFailed && ['sub', 'exp'].includes(error.claim))
      throw claimProblem(error.claim, error.payload)
    throw new AppError('INVALID_TOKEN', 'The token is not valid.', { internal: (error as Error).message })
  }
}
