import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/** An Ed25519 key that signs roots and reports. The newest one that a secrets key opens is used; earlier ones stay for verification. */
export const SigningKeySchema = defineEntity({
  name: 'SigningKey',
  tableName: 'signing_key',
  properties: {
    /** The first 16 hexadecimal digits of the SHA-256 of the public key. */
    id: p.text().primary(),
    /** Base64 of the 32 bytes. */
    publicKey: p.text(),
    privateSealed: p.text(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
})

export type SigningKeyRow = RowOf<typeof SigningKeySchema>
