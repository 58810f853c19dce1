import { z } from 'zod'
import type { LedgerRootRow } from '#entities/entitlements/ledger-root.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { isSignedByOne } from './signature.js'

/** A signed text with the public key of its signature. */
export const signedSchema = z.strictObject({
  content: z.string(),
  key_id: z.string(),
  signature: z.string(),
  public_key: z.string(),
})
export type SignedDocument = z.infer<typeof signedSchema>

/** A stored signed text, with the public key of its signature. */
export async function signedDocument(
  { query }: Sql,
  { content, keyId, signature }: Pick<LedgerRootRow, 'content' | 'keyId' | 'signature'>,
): Promise<SignedDocument> {
  const { publicKey } = await query
    .selectFrom('signing_key')
    .select('publicKey')
    .where('id', '=', keyId)
    .executeTakeFirstOrThrow()
  return { content, key_id: keyId, signature, public_key: publicKey }
}

/** Verifies a signature. Reports by the name of the signed text. */
export function checkSignature(
  { content, key_id, signature, public_key }: SignedDocument,
  name: string,
  keys: readonly string[],
  problems: string[],
): void {
  if (!isSignedByOne({ content, keyId: key_id, signature }, [public_key]))
    problems.push(`The signature of the ${name} is wrong.`)
  else if (keys.length > 0 && !keys.includes(public_key))
    problems.push(`The ${name} is signed with the key ${key_id}, which is not one of the accepted keys.`)
}
