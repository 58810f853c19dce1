import { Ctx, ID, Resolver } from 'type-graphql'
import type { ServiceKeyRow } from '#entities/identity/service-key.entity.js'
import { ApiKey } from '#schema/identity/api-key.type.js'
import {
  CreateApiKeyInput,
  CreateApiKeyResult,
  RevokeApiKeyInput,
  RevokeApiKeyResult,
} from '#schema/identity/change-api-key.type.js'
import { arg, mutation, query } from '#schema/kernel/decorators.js'
import { ACCOUNT_ARG } from '#schema/kernel/descriptions.js'
import { apiKeys } from '#services/identity/keys/api-keys.js'
import { createApiKey } from '#services/identity/keys/create-api-key.js'
import { revokeApiKey } from '#services/identity/keys/revoke-api-key.js'
import type { RequestContext } from '#context/request-context.js'
import { toDenial } from '../kernel/denial.mapper.js'

const ALL_KEYS = 'Return the keys of all accounts and of the installation. Operators only.'

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
  @query('API keys of an account, for its owners and admins, and for operators. Secrets are not stored.', () => [
    ApiKey,
  ])
  async apiKeys(
    @Ctx() context: RequestContext,
    @arg('accountId', ACCOUNT_ARG, () => ID, { nullable: true }) accountId?: string | null,
    @arg('allAccounts', ALL_KEYS, () => Boolean, { nullable: true, defaultValue: false }) allAccounts?: boolean | null,
  ): Promise<ApiKey[]> {
    return (await apiKeys(context, { accountId, allAccounts })).map(toApiKey)
  }

  @mutation(
    'Creates an API key for a service. The secret is returned once. Requires an owner or admin of the account, or an operator.',
    () => CreateApiKeyResult,
  )
  async createApiKey(
    @Ctx() context: RequestContext,
    @arg('input', 'Name, scopes and expiry of the key.', () => CreateApiKeyInput) input: CreateApiKeyInput,
  ): Promise<CreateApiKeyResult> {
    const outcome = await createApiKey(context, input)
    if (outcome.kind === 'denied') return toDenial(context, outcome.denial)
    return { __typename: 'CreateApiKeyPayload', apiKey: toApiKey(outcome.key), secret: outcome.secret }
  }

  @mutation('Revokes an API key on every server immediately. Repeated calls have no effect.', () => RevokeApiKeyResult)
  async revokeApiKey(
    @Ctx() context: RequestContext,
    @arg('input', 'API key to revoke.', () => RevokeApiKeyInput) input: RevokeApiKeyInput,
  ): Promise<RevokeApiKeyResult> {
    return toApiKey(await revokeApiKey(context, input))
  }
}
