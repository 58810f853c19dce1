import { ID } from 'type-graphql'
import { field, inputType, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { DateTime } from '../kernel/scalars.js'

/** A key by which services call. */
@objectType('A key by which a service calls, with the scopes that it was made with. Its secret is kept by nobody.', {
  implements: Node,
})
export class ApiKey implements Node {
  readonly __typename!: 'ApiKey'
  id!: string

  @field('What it is for, in the words of whoever made it.', () => String)
  name!: string

  @field('What it may do.', () => [String])
  scopes!: string[]

  @field('The one account that it is for; null: all of the installation.', () => ID, { nullable: true })
  accountId!: string | null

  @field('When it was made.', () => DateTime)
  createdAt!: Date

  @field('When it was used last, to within some seconds; null: never.', () => DateTime, { nullable: true })
  lastUsedAt!: Date | null

  @field('When it ends by itself, by the machine clock; null: it does not.', () => DateTime, { nullable: true })
  expiresAt!: Date | null

  @field('When it was revoked; null: it was not.', () => DateTime, { nullable: true })
  revokedAt!: Date | null
}

/** A key to be made. */
@inputType('A key to be made.')
export class CreateApiKeyInput {
  @field('What it is for, in at most 200 characters.', () => String)
  name!: string

  @field(
    'What it may do, as `entitlements:read`; operators may give more than owners of an account (docs/members.md).',
    () => [String],
  )
  scopes!: string[]

  @field(
    'The one account that it is for, by id or reference. Left out: for operators the whole installation, for others their current account.',
    () => ID,
    { nullable: true },
  )
  accountId?: string | null

  @field('When it ends by itself, by the machine clock. Left out: it does not.', () => DateTime, { nullable: true })
  expiresAt?: Date | null

  @field(
    "The caller's own key of this attempt. The secret is shown by its first answer alone: repeating it is refused with SECRET_ALREADY_SHOWN. 1 to 255 printable ASCII characters without spaces.",
    () => String,
    { nullable: true },
  )
  idempotencyKey?: string | null
}

/** A new key with its secret. */
@objectType('A new key with its secret.')
export class ApiKeyCreated {
  readonly __typename!: 'ApiKeyCreated'

  @field('The key.', () => ApiKey)
  apiKey!: ApiKey

  @field('What the service sends as its bearer token. Shown once.', () => String)
  secret!: string
}
