import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, importJWK, SignJWT, type JSONWebKeySet, type JWK } from 'jose'
import type { Timers } from '#services/kernel/time/timers.js'
import type { Role } from '../model/caller.js'

/** Tokens that the sandbox signs for itself, so that the first day needs no identity provider. */
export const LOCAL_ISSUER = 'stackgate-sandbox'
export const LOCAL_AUDIENCE = 'stackgate'

/** The user of GraphiQL's first tab and of the welcome text. */
export const TRY_OUT_USER = { email: 'you@example.com', roles: ['user'], expiresInSeconds: 30 * 24 * 3600 } as const

interface KeyFile {
  readonly privateKey: JWK
  readonly publicKey: JWK
}

/** The signing key in the data folder, made on first use. */
async function loadKeys(dataDir: string): Promise<KeyFile> {
  const path = join(dataDir, 'token-key.json')
  if (!existsSync(path)) {
    const pair = await generateKeyPair('EdDSA', { extractable: true })
    const keys = {
      privateKey: await exportJWK(pair.privateKey),
      publicKey: { ...(await exportJWK(pair.publicKey)), alg: 'EdDSA', kid: 'sandbox' },
    }
    mkdirSync(dataDir, { recursive: true })
    writeFileSync(path, JSON.stringify(keys), { mode: 0o600, flag: 'wx' })
  }
  return JSON.parse(readFileSync(path, 'utf8')) as KeyFile
}

/** Key set that the verifier trusts in sandbox mode. */
export async function localKeySet(dataDir: string): Promise<JSONWebKeySet> {
  return { keys: [(await loadKeys(dataDir)).publicKey] }
}

export interface LocalTokenRequest {
  /** Also the subject: in the sandbox users are identified by email address. */
  readonly email: string
  readonly roles: readonly Role[]
  readonly communityId?: string | undefined
  readonly communityRole?: 'admin' | 'member' | undefined
  readonly expiresInSeconds?: number
  /** Default: the token has no such claim. */
  readonly emailVerified?: boolean
}

export async function signLocalToken(
  timers: Pick<Timers, 'now'>,
  dataDir: string,
  request: LocalTokenRequest,
): Promise<string> {
  const { privateKey } = await loadKeys(dataDir)
  const now = Math.floor(timers.now() / 1000)
  return new SignJWT({
    email: request.email,
    roles: [...request.roles],
    ...(request.emailVerified === undefined ? {} : { email_verified: request.emailVerified }),
    ...(request.communityId ? { cid: request.communityId, crole: request.communityRole ?? 'member' } : {}),
  })
    .setProtectedHeader({ alg: 'EdDSA', kid: 'sandbox' })
    .setSubject(request.email)
    .setIssuer(LOCAL_ISSUER)
    .setAudience(LOCAL_AUDIENCE)
    .setIssuedAt(now)
    .setExpirationTime(now + (request.expiresInSeconds ?? 30 * 24 * 3600))
    .sign(await importJWK(privateKey, 'EdDSA'))
}
