import { Ctx, ID, Resolver } from 'type-graphql'
import type { ServiceKeyRow } from '#entities/identity/service-key.entity.js'
import { ApiKey, ApiKeyCreated, CreateApiKeyInput } from '#schema/identity/api-key.type.js'
import { arg, mutation, query } from '#schema/kernel/decorators.js'
import { ACCOUNT_ARG } from '#schema/kernel/descriptions.js'
import { apiKeys } from '#services/identity/keys/api-keys.js'
import { createApiKey } from '#services/identity/keys/create-api-key.js'
import { revokeApiKey } from '#services/identity/keys/revoke-api-key.js'
import type { RequestContext } from '#context/request-context.js'

export const toApiKey = (row: ServiceKeyRow): ApiKey => ({
  __typename: 'ApiKey',
  id: row.id,
  name: row.name,
  scopes: [...row.scopes],
  accountId: row.accountId,
  createdAt: row.createdAt,
  lastUsedAt: row.lastUsedAt,
  expiresAt: row.expiresAt,
  revokedAt: row.revokedAt,
})

@Resolver()
export class ApiKeyResolver {
  @query(
    'API keys of an account, for its owners and admins. Operators who omit `accountId` get all keys of the installation. Secrets are not stored.',
    () => [ApiKey],
  )
  async apiKeys(
    @Ctx() context: RequestContext,
    @arg('accountId', ACCOUNT_ARG, () => ID, {
      nullable: true,
    })
    accountId: string | null,
  ): Promise<ApiKey[]> {
    return (await apiKeys(context, accountId)).map(toApiKey)
  }

  @mutation('Creates an API key for a service. The secret is returned once.', () => ApiKeyCreated)
  async createApiKey(
    @Ctx() context: RequestContext,
    @arg('input', 'Name, scopes and expiry of the key.', () => CreateApiKeyInput) input: CreateApiKeyInput,
  ): Promise<ApiKeyCreated> {
    const { key, secret } = await createApiKey(context, input)
    return { __typename: 'ApiKeyCreated', apiKey: toApiKey(key), secret }
  }

  @mutation('Revokes an API key on every server immediately.', () => ApiKey)
  async revokeApiKey(
    @Ctx() context: RequestContext,
    @arg('id', 'ID of the API key.', () => ID) id: string,
  ): Promise<ApiKey> {
    return toApiKey(await revokeApiKey(context, id))
  }
}
