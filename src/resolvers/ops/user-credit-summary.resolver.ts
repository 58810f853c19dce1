import { Args, ArgsType, Ctx, Resolver, Root } from 'type-graphql'
import type { Feature } from '#schema/catalog/feature.type.js'
import { Account } from '#schema/identity/account.type.js'
import { field, fieldResolver, query } from '#schema/kernel/decorators.js'
import { pageArgs } from '#schema/kernel/page-args.js'
import { UserCreditSummary, UserCreditSummaryConnection } from '#schema/ops/analytics.type.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { userCreditSummary } from '#services/ops/analytics/user-credit-summary.js'
import type { RequestContext } from '#context/request-context.js'
import { featureId } from '#services/catalog/features/features.js'
import { toFeature } from '../catalog/plan.mapper.js'
import { toAccount } from '../identity/account.mapper.js'
import { toConnection } from '../kernel/page.mapper.js'

const SUMMARIES_PER_PAGE = 50

@ArgsType()
class SummaryArgs extends pageArgs(SUMMARIES_PER_PAGE) {
  @field('Feature code. Default: all features.', () => String, { nullable: true })
  feature?: string | null
}

@Resolver(() => UserCreditSummary)
export class UserCreditSummaryResolver {
  @query('Credit totals per account and feature. Requires an operator.', () => UserCreditSummaryConnection, {
    nullable: true,
  })
  async userCreditSummary(
    @Ctx() context: RequestContext,
    @Args(() => SummaryArgs) args: SummaryArgs,
  ): Promise<UserCreditSummaryConnection> {
    const { features } = context.catalog.current()
    const page = await userCreditSummary(context, pageRequest(args, SUMMARIES_PER_PAGE), args.feature ?? null)
    return toConnection(
      page,
      page.items.map(({ feature, ...row }) => ({
        __typename: 'UserCreditSummary' as const,
        ...row,
        feature: shownFeature(features.get(feature), feature),
      })),
    )
  }

  @fieldResolver('Account the credits belong to.', () => Account)
  async account(@Ctx() context: RequestContext, @Root() summary: UserCreditSummary): Promise<Account> {
    return toAccount((await context.loaders.account.load(summary.accountId))!)
  }
}

/** A kind of credits, also one that the catalog has no longer. */
const shownFeature = (defined: FeatureDefinition | undefined, code: string): Feature =>
  defined
    ? toFeature(defined)
    : {
        __typename: 'Feature',
        id: featureId(code),
        code,
        name: code,
        kind: 'CREDIT',
        ratePeriod: null,
        unit: null,
        description: null,
      }
