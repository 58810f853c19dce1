import { countedConnection } from '../kernel/connection.js'
import { field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { DateTime } from '../kernel/scalars.js'
import { Permission } from './permission.js'

/** A key by which services call. Resolvers add `account` and `createdBy`. */
@objectType('A service key with scopes. The secret is not stored.', {
  implements: Node,
})
export class ApiKey implements Node {
  readonly __typename!: 'ApiKey'
  id!: string

  /** Id of the user that `createdBy` loads. Null if another key or a command created it. */
  creatorId!: string | null

  /** ID of the key that `createdByKey` loads. Null for a key, and for what a command created. */
  creatorKeyId!: string | null

  @field('Name chosen by the creator.', () => String)
  name!: string

  @field(
    'Beginning of the bearer token, up to its secret part. It identifies the key in settings and logs.',
    () => String,
  )
  prefix!: string

  @field('Scopes of the key.', () => [String])
  scopes!: string[]

  @field('Permissions of an account session. Empty for a key, whose scopes decide.', () => [Permission])
  permissions!: Permission[]

  /** ID of the account that `account` loads. */
  accountId!: string | null

  @field('Creation time (machine clock).', () => DateTime)
  createdAt!: Date

  @field('Time of the last use, accurate to a few seconds (machine clock). Null if unused.', () => DateTime, {
    nullable: true,
  })
  lastUsedAt!: Date | null

  @field('Expiry time (machine clock). Null if the key does not expire.', () => DateTime, { nullable: true })
  expiresAt!: Date | null

  @field('Time the key was revoked (machine clock). Null if active.', () => DateTime, { nullable: true })
  revokedAt!: Date | null

  @field(
    'End of the overlap in which the previous secret is also accepted (machine clock). Null without a rotation.',
    () => DateTime,
    {
      nullable: true,
    },
  )
  previousSecretUntil!: Date | null
}

export const KEY_COUNT = 'Total number of API keys.'

/** A page of keys. */
export const ApiKeyConnection = countedConnection('ApiKey', 'API keys', () => ApiKey, KEY_COUNT)
export type ApiKeyConnection = InstanceType<typeof ApiKeyConnection>
