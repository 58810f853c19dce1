import { payloadType } from '../kernel/payload.js'
import { argument, keyArgument, Keyed } from '../kernel/mutation-arguments.js'
import { ArgsType, ID, Int } from 'type-graphql'
import { field, inputType } from '../kernel/decorators.js'
import { ACCOUNT_ARG } from '../kernel/descriptions.js'
import { DateTime } from '../kernel/scalars.js'
import { ApiKey } from './api-key.type.js'
import { Permission } from './permission.js'

/** Overlap of two secrets unless another one is requested, in seconds. */
const DEFAULT_KEY_OVERLAP_SECONDS = 86_400

/** Lifetime of an account session unless another one is requested, in seconds. */
const DEFAULT_SESSION_SECONDS = 900

@inputType('Name, scopes and expiry of a new API key.')
export class CreateApiKeyInput extends Keyed {
  @field('Name of the key, at most 200 characters.', () => String)
  name!: string

  @field('Scopes, for example `entitlements:read`. Some can be granted only by operators (docs/members.md).', () => [
    String,
  ])
  scopes!: readonly string[]

  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field('Create a key for all accounts of the installation. Operators only.', () => Boolean, {
    nullable: true,
    defaultValue: false,
  })
  allAccounts?: boolean | null

  @field('Expiry time (machine clock). Default: never.', () => DateTime, { nullable: true })
  expiresAt?: Date | null
}

@ArgsType()
export class RevokeApiKeyArgs {
  @argument('id', 'ID of the API key.', () => ID)
  apiKeyId!: string
}

@ArgsType()
export class RenameApiKeyArgs {
  @argument('id', 'ID of the API key.', () => ID)
  apiKeyId!: string

  @field('New name, a single line of at most 200 characters.', () => String)
  name!: string

  @keyArgument()
  idempotencyKey!: string
}

@ArgsType()
export class RotateApiKeyArgs {
  @argument('id', 'ID of the API key.', () => ID)
  apiKeyId!: string

  @field('Seconds during which both secrets are accepted, at most seven days. Default: one day.', () => Int, {
    nullable: true,
    defaultValue: DEFAULT_KEY_OVERLAP_SECONDS,
  })
  overlapSeconds?: number | null

  @keyArgument()
  idempotencyKey!: string
}

@ArgsType()
export class CreateAccountSessionArgs {
  @field('ID or reference of the account.', () => ID)
  accountId!: string

  @field('Permissions of the session on the account. The key must have each permission itself.', () => [Permission])
  permissions!: readonly Permission[]

  @field('Lifetime in seconds, at most 3600.', () => Int, { nullable: true, defaultValue: DEFAULT_SESSION_SECONDS })
  ttlSeconds?: number | null
}

/** Account whose sessions are revoked. */
@ArgsType()
export class RevokeAccountSessionsArgs {
  @field('ID or reference of the account.', () => ID)
  accountId!: string
}

@payloadType('An API key, with its secret when that is new.', 'apiKey')
export class ApiKeyPayload {
  @field('The key, without its secret.', () => ApiKey, { nullable: true })
  apiKey!: ApiKey | null

  @field('Bearer token for the service. Returned once. Null if the secret did not change.', () => String, {
    nullable: true,
  })
  secret!: string | null
}
