import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { Config } from '#services/kernel/config/config.js'
import { requireSignedIn, visibleAccount } from '#services/identity/model/guard.js'
import { signText } from '#services/kernel/secrets/ed25519.js'
import type { Entitlement } from '../model/entitlement.js'
import { currentEntitlements } from '../stream/entitlements.js'
import { tokenKey, tokenKeys, type TokenKeysContext } from './token-keys.js'

type EdgeContext = CatalogContext & TokenKeysContext & { readonly config: Pick<Config, 'publicUrl'> }

/** A signed claim of entitlements. */
export interface SignedEntitlements {
  readonly token: string
  readonly expiresAt: Date
}

/** Version of the claims. A verifier refuses a version that it does not know. */
const CLAIMS_VERSION = 1
const MAX_SECONDS = 300

/** Signs the entitlements that an account has now, for at most five minutes. Null for an account that the caller cannot see. */
export async function entitlementsToken(
  context: EdgeContext,
  { accountId: reference, ttlSeconds }: { readonly accountId: string | null; readonly ttlSeconds: number | null },
): Promise<SignedEntitlements | null> {
  const seconds = ttlSeconds ?? MAX_SECONDS
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > MAX_SECONDS)
    throw new AppError('BAD_USER_INPUT', `The lifetime must be between 1 and ${MAX_SECONDS} seconds.`, {
      details: { field: 'ttlSeconds' },
    })
  requireSignedIn(context)
  const account = await visibleAccount(context, reference, 'entitlements:read')
  if (!account) return null
  const [entitlements, key] = await Promise.all([currentEntitlements(context, account.id), tokenKey(context)])
  const issuedAt = Math.floor(context.timers.now() / 1000)
  const claims = {
    iss: context.config.publicUrl.href,
    sub: account.id,
    ...(account.kind === 'CUSTOMER' ? { customer: account.externalId } : {}),
    iat: issuedAt,
    exp: issuedAt + seconds,
    version: CLAIMS_VERSION,
    revision: entitlements[0]?.version ?? account.version,
    entitlements: Object.fromEntries(entitlements.map((each) => [each.feature.code, valueOf(each)])),
  }
  const content = [{ alg: 'EdDSA', typ: 'JWT', kid: key.id }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  const signature = Buffer.from(signText(content, key.privateKey), 'base64').toString('base64url')
  return { token: `${content}.${signature}`, expiresAt: new Date(claims.exp * 1000) }
}

/** False: not granted. True: granted without a limit. Otherwise the remaining units. */
const valueOf = ({ granted, unlimited, remaining }: Entitlement): boolean | number =>
  granted ? (unlimited || remaining === null ? true : remaining) : false

/** Public keys of the tokens, as a JSON Web Key Set (RFC 7517, RFC 8037). */
export async function entitlementsKeySet(context: TokenKeysContext) {
  const keys = await tokenKeys(context)
  return {
    keys: keys.map(({ id, publicKey }) => ({
      kty: 'OKP' as const,
      crv: 'Ed25519' as const,
      alg: 'EdDSA' as const,
      use: 'sig' as const,
      kid: id,
      x: Buffer.from(publicKey, 'base64').toString('base64url'),
    })),
  }
}
