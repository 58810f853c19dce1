import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import { secretsEqual } from './secret-box.js'

/** The bytes of SubjectPublicKeyInfo before an Ed25519 key (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')
const PUBLIC_KEY_BYTES = 32

/** A new Ed25519 key: the public part as base64 of its 32 bytes, the private part as base64 of PKCS #8. */
export function createSigningKey(): { readonly publicKey: string; readonly privateKey: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  return {
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length).toString('base64'),
    privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
  }
}

/** Name of a public key: the first 16 hexadecimal digits of the SHA-256 of its 32 bytes. */
export const signingKeyId = (publicKey: string): string =>
  createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest('hex').slice(0, 16)

/** Ed25519 signature (RFC 8032) of a text in UTF-8, as base64. */
export const signText = (text: string, privateKey: string): string =>
  sign(
    null,
    Buffer.from(text),
    createPrivateKey({ key: Buffer.from(privateKey, 'base64'), format: 'der', type: 'pkcs8' }),
  ).toString('base64')

/** True if the signature of a text was made with the key. False for a key or a signature of another form. */
export function isSignedBy(text: string, signature: string, publicKey: string): boolean {
  const raw = Buffer.from(publicKey, 'base64')
  const bytes = Buffer.from(signature, 'base64')
  // A second spelling of the same bytes is another file.
  if (raw.length !== PUBLIC_KEY_BYTES || !secretsEqual(bytes.toString('base64'), signature)) return false
  const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: 'der', type: 'spki' })
  return verify(null, Buffer.from(text), key, bytes)
}
