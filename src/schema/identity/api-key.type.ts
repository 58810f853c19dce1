import { ID } from 'type-graphql'
import { field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { DateTime } from '../kernel/scalars.js'

/** A key by which services call. */
@objectType('A service key with scopes. The secret is not stored.', {
  implements: Node,
})
export class ApiKey implements Node {
  readonly __typename!: 'ApiKey'
  id!: string

  @field('Name chosen by the creator.', () => String)
  name!: string

  @field('Scopes of the key.', () => [String])
  scopes!: string[]

  @field('Account the key is limited to. Null for the whole installation.', () => ID, { nullable: true })
  accountId!: string | null

  @field('Creation time (machine clock).', () => DateTime)
  createdAt!: Date

  @field('Time of the last use, accurate to a few seconds. Null if unused.', () => DateTime, { nullable: true })
  lastUsedAt!: Date | null

  @field('Expiry time (machine clock). Null if the key does not expire.', () => DateTime, { nullable: true })
  expiresAt!: Date | null

  @field('Time the key was revoked. Null if active.', () => DateTime, { nullable: true })
  revokedAt!: Date | null
}
