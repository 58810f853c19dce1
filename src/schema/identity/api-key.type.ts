import { ID } from 'type-graphql'
import { field, inputType, objectType } from '../kernel/decorators.js'
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

@inputType('Name, scopes and expiry of a new API key.')
export class CreateApiKeyInput {
  @field('Name of the key, at most 200 characters.', () => String)
  name!: string

  @field('Scopes, for example `entitlements:read`. Some can be granted only by operators (docs/members.md).', () => [
    String,
  ])
  scopes!: string[]

  @field(
    'Account the key is limited to, by ID or reference. Default: the whole installation for operators, otherwise the current account.',
    () => ID,
    { nullable: true },
  )
  accountId?: string | null

  @field('Expiry time (machine clock). Default: never.', () => DateTime, { nullable: true })
  expiresAt?: Date | null

  @field(
    'Unique key for this attempt. The secret is returned once; a repeated call is denied with SECRET_ALREADY_SHOWN. 1–255 printable ASCII characters without spaces.',
    () => String,
    { nullable: true },
  )
  idempotencyKey?: string | null
}

@objectType('A new API key with its secret.')
export class ApiKeyCreated {
  readonly __typename!: 'ApiKeyCreated'

  @field('The created key, without its secret.', () => ApiKey)
  apiKey!: ApiKey

  @field('Bearer token for the service. Returned once.', () => String)
  secret!: string
}
