import { Ctx, ID, Int, Resolver } from 'type-graphql'
import { arg, query } from '#schema/kernel/decorators.js'
import { ACCOUNT_ARG } from '#schema/kernel/descriptions.js'
import { EntitlementsToken } from '#schema/entitlements/entitlements-token.type.js'
import { entitlementsToken } from '#services/entitlements/edge-token/entitlements-token.js'
import type { RequestContext } from '#context/request-context.js'

@Resolver(() => EntitlementsToken)
export class EntitlementsTokenResolver {
  @query(
    'Token with which an edge function shows and hides features without a request. What costs money is consumed at the server.',
    () => EntitlementsToken,
    { nullable: true },
  )
  entitlementsToken(
    @Ctx() context: RequestContext,
    @arg('accountId', ACCOUNT_ARG, () => ID, { nullable: true }) accountId: string | null,
    @arg('ttlSeconds', 'Seconds until the token ends, at most 300. Default: 300.', () => Int, { nullable: true })
    ttlSeconds: number | null,
  ): Promise<EntitlementsToken | null> {
    return entitlementsToken(context, { accountId, ttlSeconds })
  }
}
