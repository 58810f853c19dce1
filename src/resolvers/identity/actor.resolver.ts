import { Ctx, Resolver, Root } from 'type-graphql'
import type { ServiceKeyRow } from '#entities/identity/service-key.entity.js'
import type { UserRow } from '#entities/identity/user.entity.js'
import { Actor } from '#schema/identity/actor.type.js'
import { ApiKey } from '#schema/identity/api-key.type.js'
import { User } from '#schema/identity/user.type.js'
import { fieldResolver } from '#schema/kernel/decorators.js'
import { mayKnowUser } from '#services/identity/accounts/visible-user.js'
import { knownApiKey } from '#services/identity/keys/visible-api-key.js'
import type { RequestContext } from '#context/request-context.js'
import { toUser } from './account.mapper.js'
import { toApiKey } from './api-key.mapper.js'

@Resolver(() => Actor)
export class ActorResolver {
  @fieldResolver(
    'Name to show: that of the user, key or system. The ID of an agent, and of a user or key that the caller cannot see.',
    () => String,
  )
  async label(@Ctx() context: RequestContext, @Root() actor: Actor): Promise<string> {
    const user = await userOf(context, actor)
    if (user) return user.name ?? user.email
    return (await keyOf(context, actor))?.name ?? actor.principal
  }

  @fieldResolver('User who acted. Null for others, and if deleted or not visible to the caller.', () => User, {
    nullable: true,
  })
  async user(@Ctx() context: RequestContext, @Root() actor: Actor): Promise<User | null> {
    const user = await userOf(context, actor)
    return user && toUser(user)
  }

  @fieldResolver('Key that acted. Null for others, and if deleted or not visible to the caller.', () => ApiKey, {
    nullable: true,
  })
  async apiKey(@Ctx() context: RequestContext, @Root() actor: Actor): Promise<ApiKey | null> {
    const key = await keyOf(context, actor)
    return key && toApiKey(context, key)
  }
}

async function userOf(context: RequestContext, { kind, principal }: Actor): Promise<UserRow | null> {
  if (kind !== 'USER') return null
  const isKnown = await mayKnowUser(context, principal, (pair) => context.loaders.shareAccount.load(pair))
  return isKnown ? context.loaders.user.load(principal) : null
}

async function keyOf(context: RequestContext, { kind, principal }: Actor): Promise<ServiceKeyRow | null> {
  if (kind !== 'API_KEY') return null
  const key = await context.loaders.apiKey.load(principal)
  return knownApiKey(context, key)
}
