import { ID, Int } from 'type-graphql'
import { field, inputType, objectType, unionType } from '../kernel/decorators.js'
import { ACCOUNT_ARG, IDEMPOTENCY_KEY, SECRET_IDEMPOTENCY_KEY } from '../kernel/descriptions.js'
import { Refused } from '../kernel/refused.type.js'
import { DateTime } from '../kernel/scalars.js'
import { ApiKey } from './api-key.type.js'

/** Overlap of two secrets unless another one is requested, in seconds. */
const DEFAULT_KEY_OVERLAP_SECONDS = 86_400

const SECRET = 'Bearer token for the service. Returned once.'

@inputType('Name, scopes and expiry of a new API key.')
export class CreateApiKeyInput {
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

  @field(SECRET_IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

@objectType('A new API key with its secret.')
export class CreateApiKeyPayload {
  readonly __typename!: 'CreateApiKeyPayload'

  @field('The created key, without its secret.', () => ApiKey)
  apiKey!: ApiKey

  @field(SECRET, () => String)
  secret!: string
}

export const CreateApiKeyResult = unionType('CreateApiKeyResult', 'The key with its secret, or a denial.', () => [
  CreateApiKeyPayload,
  Refused,
])
export type CreateApiKeyResult = CreateApiKeyPayload | Refused

@inputType('API key to revoke.')
export class RevokeApiKeyInput {
  @field('ID of the API key.', () => ID)
  apiKeyId!: string
}

export const RevokeApiKeyResult = unionType('RevokeApiKeyResult', 'The revoked key.', () => [ApiKey])
export type RevokeApiKeyResult = ApiKey

@inputType('New name of an API key.')
export class RenameApiKeyInput {
  @field('ID of the API key.', () => ID)
  apiKeyId!: string

  @field('New name, a single line of at most 200 characters.', () => String)
  name!: string

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

export const RenameApiKeyResult = unionType('RenameApiKeyResult', 'The renamed key, or a denial.', () => [
  ApiKey,
  Refused,
])
export type RenameApiKeyResult = ApiKey | Refused

@inputType('API key that gets a new secret.')
export class RotateApiKeyInput {
  @field('ID of the API key.', () => ID)
  apiKeyId!: string

  @field('Seconds during which both secrets are accepted, at most seven days. Default: one day.', () => Int, {
    nullable: true,
    defaultValue: DEFAULT_KEY_OVERLAP_SECONDS,
  })
  overlapSeconds?: number | null

  @field(SECRET_IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

@objectType('An API key with its new secret.')
export class RotateApiKeyPayload {
  readonly __typename!: 'RotateApiKeyPayload'

  @field('The key of the secret.', () => ApiKey)
  apiKey!: ApiKey

  @field(SECRET, () => String)
  secret!: string
}

export const RotateApiKeyResult = unionType('RotateApiKeyResult', 'The key with its new secret, or a denial.', () => [
  RotateApiKeyPayload,
  Refused,
])
export type RotateApiKeyResult = RotateApiKeyPayload | Refused
