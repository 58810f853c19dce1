import { isSignedBy, signingKeyId } from '#services/kernel/secrets/ed25519.js'

/** A text with its signature. */
export interface SignedText {
  readonly content: string
  readonly keyId: string
  readonly signature: string
}

/** True if one of the public keys made the signature. */
export const isSignedByOne = ({ content, keyId, signature }: SignedText, publicKeys: readonly string[]): boolean =>
  publicKeys.some((key) => signingKeyId(key) === keyId && isSignedBy(content, signature, key))
