import { AccountAccess } from '#schema/identity/account-groups.type.js'
import { requires } from '#schema/kernel/requires.js'
import { mutationArgs, keyedInput } from '#schema/kernel/mutation-arguments.js'
import {
  ApiKeyPayload,
  CreateAccountSessionArgs,
  CreateApiKeyInput,
  RenameApiKeyArgs,
  RevokeAccountSessionsArgs,
  RevokeApiKeyArgs,
  RotateApiKeyArgs,
} from '#schema/identity/change-api-key.type.js'
import type { Denial } from '#schema/kernel/denial.type.js'
import { Args, Ctx, Resolver, Root } from 'type-graphql'
import { Account, AccountPayload } from '#schema/identity/account.type.js'
import { ApiKey, ApiKeyConnection, KEY_COUNT } from '#schema/identity/api-key.type.js'
import { User } from '#schema/identity/user.type.js'
import { fieldResolver, query } from '#schema/kernel/decorators.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { accountSessions } from '#services/identity/keys/account-sessions.js'
import { apiKeys } from '#services/identity/keys/api-keys.js'
import { createAccountSession } from '#services/identity/keys/create-account-session.js'
import { createApiKey } from '#services/identity/keys/create-api-key.js'
import { renameApiKey } from '#services/identity/keys/rename-api-key.js'
import { revokeApiKey } from '#services/identity/keys/revoke-api-key.js'
import { revokeAccountSessions } from '#services/identity/keys/revoke-account-sessions.js'
import { rotateApiKey } from '#services/identity/keys/rotate-api-key.js'
import { visibleApiKey } from '#services/identity/keys/visible-api-key.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import type { RequestContext } from '#context/request-context.js'
import { countedResolver } from '../kernel/counted.resolver.js'
import { toCountedConnection } from '../kernel/page.mapper.js'
import { toAccount, toUser } from './account.mapper.js'
import { toApiKey } from './api-key.mapper.js'
import { ACCESS, mutation, unlessDenied } from '../kernel/mutation.js'
import type { Denied } from '#services/kernel/result/denied.js'
import { auditedKey } from '#services/identity/audit/identity-audited.js'

const KEYS_PER_PAGE = 50
const KeyPageArgs = pageArgs(KEYS_PER_PAGE)

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

@Resolver(() => AccountAccess)
export class AccountApiKeysResolver {
  @fieldResolver('API keys of the account, without their secrets.', () => ApiKeyConnection)
  async apiKeys(
    @Ctx() context: RequestContext,
    @Root() account: AccountAccess,
    @Args(() => KeyPageArgs) args: PageArgs,
  ): Promise<ApiKeyConnection> {
    return pageOf(context, { accountId: account.id }, args)
  }
}

@Resolver(() => Account)
export class AccountSessionsResolver {
  @fieldResolver(
    'Account sessions that have not ended, latest first. A service key reads those that it created; owners, admins and operators read all. Empty for others.',
    () => ApiKeyConnection,
  )
  async accountSessions(
    @Ctx() context: RequestContext,
    @Root() { id }: Account,
    @Args(() => KeyPageArgs) args: PageArgs,
  ): Promise<ApiKeyConnection> {
    const page = await accountSessions(context, { accountId: id }, pageRequest(args, KEYS_PER_PAGE))
    return toCountedConnection(
      page,
      page.items.map((row) => toApiKey(context, row)),
    )
  }
}

@Resolver(() => ApiKey)
export class ApiKeyResolver {
  @query('API keys of the installation and of all accounts, without their secrets.', () => ApiKeyConnection, {
    nullable: true,
  })
  @requires('OPS_READ')
  async apiKeys(@Ctx() context: RequestContext, @Args(() => KeyPageArgs) args: PageArgs): Promise<ApiKeyConnection> {
    return pageOf(context, { allAccounts: true }, args)
  }

  @mutation(
    'Revokes all account sessions of an account on every server immediately. A service key revokes those that it created. Repeated calls have no effect.',
    {
      payload: () => AccountPayload,
      permissionOnObject: 'KEYS_MANAGE',
      moves: ACCESS,
      repeats: 'The sessions are already revoked.',
    },
  )
  async revokeAccountSessions(
    @Ctx() context: RequestContext,
    @mutationArgs(() => RevokeAccountSessionsArgs) input: RevokeAccountSessionsArgs,
  ): Promise<Account | Denial> {
    return toAccount(await revokeAccountSessions(context, input))
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

  @fieldResolver(
    'Key that created the account session. Null for other keys, and if the caller cannot read it.',
    () => ApiKey,
    { nullable: true },
  )
  async createdByKey(@Ctx() context: RequestContext, @Root() key: ApiKey): Promise<ApiKey | null> {
    const row = key.creatorKeyId === null ? null : await context.loaders.apiKey.load(key.creatorKeyId)
    const visible = await visibleApiKey(context, row)
    return visible && toApiKey(context, visible)
  }

  @mutation(
    'Creates an API key for a service. The secret is returned once. Requires an owner or admin of the account, or an operator.',
    { payload: () => ApiKeyPayload, permissionOnObject: 'KEYS_MANAGE', moves: ACCESS },
  )
  async createApiKey(
    @Ctx() context: RequestContext,
    @keyedInput('Name, scopes and expiry of the key.', () => CreateApiKeyInput) input: CreateApiKeyInput,
  ): Promise<ApiKeyPayload | Denied> {
    const outcome = await createApiKey(context, input)
    if (outcome.kind === 'denied') return outcome
    return { apiKey: toApiKey(context, outcome.key), secret: outcome.secret }
  }

  @mutation(
    'Creates a token for the browser of a customer, limited to one account and the given permissions. Service keys only. The token is the `secret`, and it is returned once. `revokeApiKey` ends the session before its time.',
    {
      payload: () => ApiKeyPayload,
      moves: ACCESS,
      repeats: 'Each session ends by itself, and its secret is shown once.',
    },
  )
  async createAccountSession(
    @Ctx() context: RequestContext,
    @mutationArgs(() => CreateAccountSessionArgs) input: CreateAccountSessionArgs,
  ): Promise<ApiKeyPayload | Denied> {
    const outcome = await createAccountSession(context, input)
    if (outcome.kind === 'denied') return outcome
    return { apiKey: toApiKey(context, outcome.key), secret: outcome.secret }
  }

  @mutation(
    'Replaces the secret of an API key, which keeps its ID, scopes and expiry. The old secret is also accepted during the overlap.',
    { payload: () => ApiKeyPayload, permissionOnObject: 'KEYS_MANAGE', moves: ACCESS },
  )
  async rotateApiKey(
    @Ctx() context: RequestContext,
    @mutationArgs(() => RotateApiKeyArgs) input: RotateApiKeyArgs,
  ): Promise<ApiKeyPayload | Denied> {
    const outcome = await rotateApiKey(context, input)
    if (outcome.kind === 'denied') return outcome
    return { apiKey: toApiKey(context, outcome.key), secret: outcome.secret }
  }

  @mutation(
    'Renames an API key. Its secret, scopes and expiry do not change. Requires an owner or admin of the account, or an operator.',
    { payload: () => ApiKeyPayload, permissionOnObject: 'KEYS_MANAGE', moves: ACCESS },
  )
  renameApiKey(@Ctx() context: RequestContext, @mutationArgs(() => RenameApiKeyArgs) input: RenameApiKeyArgs) {
    return unlessDenied(renameApiKey(context, input), (outcome) => toApiKey(context, outcome.key))
  }

  @mutation('Revokes an API key on every server immediately. Repeated calls have no effect.', {
    payload: () => ApiKeyPayload,
    permissionOnObject: 'KEYS_MANAGE',
    moves: ACCESS,
    repeats: 'The key is already revoked.',
    audited: auditedKey,
  })
  async revokeApiKey(
    @Ctx() context: RequestContext,
    @mutationArgs(() => RevokeApiKeyArgs) input: RevokeApiKeyArgs,
  ): Promise<ApiKey | Denial> {
    return toApiKey(context, await revokeApiKey(context, input))
  }
}
