import { Args, ArgsType, Ctx, ID, Resolver, Root } from 'type-graphql'
import { Account } from '#schema/identity/account.type.js'
import { ApiKey, ApiKeyConnection, KEY_COUNT } from '#schema/identity/api-key.type.js'
import {
  CreateApiKeyInput,
  CreateApiKeyResult,
  RenameApiKeyInput,
  RenameApiKeyResult,
  RevokeApiKeyInput,
  RevokeApiKeyResult,
  RotateApiKeyInput,
  RotateApiKeyResult,
} from '#schema/identity/change-api-key.type.js'
import { User } from '#schema/identity/user.type.js'
import { arg, field, fieldResolver, mutation, query } from '#schema/kernel/decorators.js'
import { ACCOUNT_ARG } from '#schema/kernel/descriptions.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { apiKeys } from '#services/identity/keys/api-keys.js'
import { createApiKey } from '#services/identity/keys/create-api-key.js'
import { renameApiKey } from '#services/identity/keys/rename-api-key.js'
import { revokeApiKey } from '#services/identity/keys/revoke-api-key.js'
import { rotateApiKey } from '#services/identity/keys/rotate-api-key.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import type { RequestContext } from '#context/request-context.js'
import { countedResolver } from '../kernel/counted.resolver.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { toCountedConnection } from '../kernel/page.mapper.js'
import { toAccount, toUser } from './account.mapper.js'
import { toApiKey } from './api-key.mapper.js'

const KEYS_PER_PAGE = 50
const KeyPageArgs = pageArgs(KEYS_PER_PAGE)

@ArgsType()
class ApiKeysArgs extends KeyPageArgs {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field('Return the keys of all accounts and of the installation. Operators only.', () => Boolean, {
    nullable: true,
    defaultValue: false,
  })
  allAccounts?: boolean | null
}

async function pageOf(
  context: RequestContext,
  owner: Parameters<typeof apiKeys>[1],
  args: PageArgs,
): Promise<ApiKeyConnection> {
  const page = await apiKeys(context, owner, pageRequest(args, KEYS_PER_PAGE))
  return toCountedConnection(
    page,
    page.items.map((row) => toApiKey(context, row)),
  )
}

export const ApiKeyCountResolver = countedResolver(ApiKeyConnection, KEY_COUNT)

@Resolver(() => Account)
export class AccountApiKeysResolver {
  @fieldResolver(
    'API keys of the account, without their secrets. Requires an owner, an admin or an operator.',
    () => ApiKeyConnection,
    { nullable: true },
  )
  async apiKeys(
    @Ctx() context: RequestContext,
    @Root() account: Account,
    @Args(() => KeyPageArgs) args: PageArgs,
  ): Promise<ApiKeyConnection | null> {
    return pageOf(context, { accountId: account.id }, args)
  }
}

@Resolver(() => ApiKey)
export class ApiKeyResolver {
  @query(
    'API keys of an account, without their secrets. Requires an owner, an admin or an operator.',
    () => ApiKeyConnection,
    { nullable: true },
  )
  async apiKeys(
    @Ctx() context: RequestContext,
    @Args(() => ApiKeysArgs) args: ApiKeysArgs,
  ): Promise<ApiKeyConnection | null> {
    return pageOf(context, args, args)
  }

  @fieldResolver('Account the key is limited to. Null for the whole installation.', () => Account, { nullable: true })
  async account(@Ctx() context: RequestContext, @Root() key: ApiKey): Promise<Account | null> {
    const row = key.accountId && (await context.loaders.account.load(key.accountId))
    return row ? toAccount(row) : null
  }

  @fieldResolver('User who created the key. Null if another key or a command created it.', () => User, {
    nullable: true,
  })
  async createdBy(@Ctx() context: RequestContext, @Root() key: ApiKey): Promise<User | null> {
    const row = key.creatorId && (await context.loaders.user.load(key.creatorId))
    return row ? toUser(row) : null
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
    return { __typename: 'CreateApiKeyPayload', apiKey: toApiKey(context, outcome.key), secret: outcome.secret }
  }

  @mutation(
    'Replaces the secret of an API key, which keeps its ID, scopes and expiry. The old secret is also accepted during the overlap.',
    () => RotateApiKeyResult,
  )
  async rotateApiKey(
    @Ctx() context: RequestContext,
    @arg('input', 'Key and overlap.', () => RotateApiKeyInput) input: RotateApiKeyInput,
  ): Promise<RotateApiKeyResult> {
    const outcome = await rotateApiKey(context, input)
    if (outcome.kind === 'denied') return toDenial(context, outcome.denial)
    return { __typename: 'RotateApiKeyPayload', apiKey: toApiKey(context, outcome.key), secret: outcome.secret }
  }

  @mutation(
    'Renames an API key. Its secret, scopes and expiry do not change. Requires an owner or admin of the account, or an operator.',
    () => RenameApiKeyResult,
  )
  async renameApiKey(
    @Ctx() context: RequestContext,
    @arg('input', 'Key and name.', () => RenameApiKeyInput) input: RenameApiKeyInput,
  ): Promise<RenameApiKeyResult> {
    const outcome = await renameApiKey(context, input)
    return outcome.kind === 'denied' ? toDenial(context, outcome.denial) : toApiKey(context, outcome.key)
  }

  @mutation('Revokes an API key on every server immediately. Repeated calls have no effect.', () => RevokeApiKeyResult)
  async revokeApiKey(
    @Ctx() context: RequestContext,
    @arg('input', 'API key to revoke.', () => RevokeApiKeyInput) input: RevokeApiKeyInput,
  ): Promise<RevokeApiKeyResult> {
    return toApiKey(context, await revokeApiKey(context, input))
  }
}
