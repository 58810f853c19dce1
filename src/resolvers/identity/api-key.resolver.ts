import { Ctx, ID, Resolver } from 'type-graphql'
import type { ServiceKeyRow } from '../../entities/identity/service-key.entity.js'
import { ApiKey, ApiKeyCreated, CreateApiKeyInput } from '../../schema/identity/api-key.type.js'
import { arg, mutation, query } from '../../schema/kernel/decorators.js'
import { apiKeys, createApiKey, revokeApiKey } from '../../services/identity/keys/api-keys.js'
import type { RequestContext } from '../../context/request-context.js'

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
    'The keys of an account, for its owners and admins; operators who name no account see every key of the installation. Without their secrets, which nobody keeps.',
    () => [ApiKey],
  )
  async apiKeys(
    @Ctx() context: RequestContext,
    @arg('accountId', "The account, by id or reference; left out, the caller's current one.", () => ID, {
      nullable: true,
    })
    accountId: string | null,
  ): Promise<ApiKey[]> {
    return (await apiKeys(context, accountId)).map(toApiKey)
  }

  @mutation('Makes a key for a service. Its secret is shown by this answer and never again.', () => ApiKeyCreated)
  async createApiKey(
    @Ctx() context: RequestContext,
    @arg('input', 'What the key is for.', () => CreateApiKeyInput) input: CreateApiKeyInput,
  ): Promise<ApiKeyCreated> {
    const { key, secret } = await createApiKey(context, input)
    return { __typename: 'ApiKeyCreated', apiKey: toApiKey(key), secret }
  }

  @mutation('Ends a key at once, on every machine.', () => ApiKey)
  async revokeApiKey(@Ctx() context: RequestContext, @arg('id', 'The key.', () => ID) id: string): Promise<ApiKey> {
    return toApiKey(await revokeApiKey(context, id))
  }
}
