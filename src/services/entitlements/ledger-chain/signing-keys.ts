import type { SigningKeyRow } from '#entities/entitlements/signing-key.entity.js'
import type { Context } from '#services/kernel/context/context.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { createSigningKey, signingKeyId, signText } from '#services/kernel/secrets/ed25519.js'
import type { SealedColumn } from '#services/kernel/secrets/sealed-column.js'
import type { SignedText } from './signature.js'

/** A public key with its ID. */
export type PublicKey = Pick<SigningKeyRow, 'id' | 'publicKey' | 'createdAt'>

/** Private keys that sign roots and reports. */
export const chainSealed: readonly SealedColumn[] = [
  { table: 'signing_key', column: 'private_sealed', key: 'id', purpose: (id) => `signing_key:${id}` },
]

/** Public keys of the installation, the newest first. */
export const signingKeys = ({ query }: Sql): Promise<PublicKey[]> =>
  query.selectFrom('signing_key').select(['id', 'publicKey', 'createdAt']).orderBy('createdAt', 'desc').execute()

/** True for the form of an ID of a key. */
export const isSigningKeyId = (id: string): boolean => /^[0-9a-f]{16}$/.test(id)

export const signingKeyById = ({ query }: Sql, id: string): Promise<PublicKey | undefined> =>
  query.selectFrom('signing_key').select(['id', 'publicKey', 'createdAt']).where('id', '=', id).executeTakeFirst()

/**
 * Signs a text with the newest key that a secrets key opens. Creates a key if there is none: at the first signature, or
 * after the secrets keys were lost. The private key stays sealed, and is resealed when the secrets key is rotated.
 */
export async function signContent(
  database: Sql,
  secrets: Context['secrets'],
  content: (keyId: string) => string,
): Promise<SignedText> {
  const { id, privateKey } = (await usableKey(database, secrets)) ?? (await addKey(database, secrets))
  const text = content(id)
  return { content: text, keyId: id, signature: signText(text, privateKey) }
}

interface UsableKey {
  readonly id: string
  readonly privateKey: string
}

async function usableKey({ query }: Sql, secrets: Context['secrets']): Promise<UsableKey | null> {
  const rows = await query.selectFrom('signing_key').selectAll().orderBy('createdAt', 'desc').execute()
  for (const { id, privateSealed } of rows) {
    try {
      return { id, privateKey: secrets.open(privateSealed, `signing_key:${id}`) }
    } catch {
      continue // sealed with a secrets key that is lost
    }
  }
  return null
}

async function addKey({ query }: Sql, secrets: Context['secrets']): Promise<UsableKey> {
  const { publicKey, privateKey } = createSigningKey()
  const id = signingKeyId(publicKey)
  await query
    .insertInto('signing_key')
    .values({ id, publicKey, privateSealed: secrets.seal(privateKey, `signing_key:${id}`) })
    .execute()
  return { id, privateKey }
}
