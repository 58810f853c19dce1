import { ID } from 'type-graphql'
import { field, objectType } from '../kernel/decorators.js'
import { DateTime } from '../kernel/scalars.js'

/** A public key of the installation. */
@objectType('Public part of an Ed25519 key that signs roots of the ledger and reconciliation reports.')
export class SigningKey {
  readonly __typename!: 'SigningKey'

  @field('First 16 hexadecimal digits of the SHA-256 of the public key.', () => ID)
  id!: string

  @field('Base64 of the 32 bytes of the public key (RFC 8032).', () => String)
  publicKey!: string

  @field('Time the key was created (machine clock).', () => DateTime)
  createdAt!: Date
}
