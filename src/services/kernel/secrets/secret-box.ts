import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hash,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
  webcrypto,
} from 'node:crypto'

/**
 * Seals secrets that must be read again (agent tokens for HMAC, registry passwords). AES-256-GCM; the purpose is bound into the
 * seal, so that a value cannot be moved to another row or column. The first key seals, every listed key opens (rotation).
 */
export interface SecretBox {
  seal(plain: string, purpose: string): string
  open(sealed: string, purpose: string): string
  /** A key for signatures of one purpose, made of the first key: another one after a rotation. */
  signingKey(purpose: string): string
  /** Other keys from now on: a rotation, without a restart. */
  useKeys(passphrases: readonly string[]): void
}

const TAG_LENGTH = 16

export function createSecretBox(passphrases: readonly string[]): SecretBox {
  let keys = derived(passphrases)
  return {
    signingKey: (purpose) => Buffer.from(hkdfSync('sha256', keys[0]!, 'stackgate', purpose, 32)).toString('base64url'),
    useKeys(next) {
      keys = derived(next)
    },
    seal(plain, purpose) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', keys[0]!, nonce, { authTagLength: TAG_LENGTH }).setAAD(
        Buffer.from(purpose),
      )
      const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return `v1.${Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')}`
    },
    open(sealed, purpose) {
      const bytes = Buffer.from(sealed.replace(/^v1\./, ''), 'base64url')
      for (const key of keys) {
        try {
          const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: TAG_LENGTH })
          decipher.setAAD(Buffer.from(purpose)).setAuthTag(bytes.subarray(12, 12 + TAG_LENGTH))
          return Buffer.concat([decipher.update(bytes.subarray(12 + TAG_LENGTH)), decipher.final()]).toString('utf8')
        } catch {
          continue // sealed with another key, tampered with, or no seal at all
        }
      }
      throw new Error('a sealed secret cannot be opened with any configured SECRETS_KEY')
    },
  }
}

function derived(passphrases: readonly string[]): Buffer[] {
  if (!passphrases.length) throw new Error('a secret box requires at least one key')
  return passphrases.map((passphrase) => Buffer.from(hkdfSync('sha256', passphrase, 'stackgate', 'secret-box', 32)))
}

/** Public name of a key: it identifies the key without revealing it. */
export const keyIdOf = (passphrase: string): string =>
  Buffer.from(hkdfSync('sha256', passphrase, 'stackgate', 'key-id', 6)).toString('hex')

/** A random secret of `bytes` bytes, URL-safe. */
export const randomSecret = (bytes = 32): string => randomBytes(bytes).toString('base64url')

/** Stored hash of a high-entropy secret that is only compared. */
export const hashSecret = (secret: string): string => hash('sha256', secret, 'hex')

/** Compares in constant time, whatever the lengths. */
export function secretsEqual(left: string, right: string): boolean {
  const digest = (text: string) => hash('sha256', text, 'buffer')
  return timingSafeEqual(digest(left), digest(right))
}

/** As `secretsEqual`, for two hashes of `hashSecret`: they are as long as each other and need not be hashed again. */
export const hashesEqual = (left: string, right: string): boolean =>
  left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right))

const HMAC_SHA256 = { name: 'HMAC', hash: 'SHA-256' }

/** As `hmacBase64`, outside of the main thread: for megabytes. */
export async function hmacBase64Aside(key: string, body: Buffer): Promise<string> {
  const imported = await webcrypto.subtle.importKey('raw', Buffer.from(key), HMAC_SHA256, false, ['sign'])
  return Buffer.from(await webcrypto.subtle.sign('HMAC', imported, body)).toString('base64')
}

/** SHA-256 in hex, outside of the main thread. */
export const sha256Aside = async (body: Buffer): Promise<string> =>
  Buffer.from(await webcrypto.subtle.digest('SHA-256', body)).toString('hex')

/** HMAC-SHA256 as base64 with padding, over raw bytes. */
export const hmacBase64 = (key: string, body: Buffer | string): string =>
  createHmac('sha256', key).update(body).digest('base64')
