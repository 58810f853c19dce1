import { field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { DateTime } from '../kernel/scalars.js'

/** A public key of the installation. */
@objectType(
  'Public part of an Ed25519 key that signs roots of the ledger and reconciliation reports. Its ID is the first 16 hexadecimal digits of the SHA-256 of the public key.',
  { implements: Node },
)
export class SigningKey implements Node {
  readonly __typename!: 'SigningKey'
  id!: string

  @field('Base64 of the 32 bytes of the public key (RFC 8032).', () => String)
  publicKey!: string

  @field('Time the key was created (machine clock).', () => DateTime)
  createdAt!: Date
}
