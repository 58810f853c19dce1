import { preview } from '#schema/kernel/decorators.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import { UsageComparisonPayload } from '#schema/billing/usage-comparison.type.js'
import type { Denial } from '#schema/kernel/denial.type.js'
import { UsageReportPayload } from '#schema/entitlements/record-usage.type.js'
import { Args, ArgsType, Ctx, ID, Resolver, Root } from 'type-graphql'
import {
  UsageComparisonEndPreview,
  UsageComparisonEndEffect,
  UsageComparisonEndEffectConnection,
} from '#schema/billing/usage-comparison-end-preview.type.js'
import {
  CompareUsageArgs,
  EndUsageComparisonArgs,
  StartUsageComparisonArgs,
  UsageComparison,
  UsageComparisonConnection,
  UsageComparisonTotal,
  UsageDifference,
  UsageDifferenceConnection,
  UsageDifferenceKind,
} from '#schema/billing/usage-comparison.type.js'
import { Account } from '#schema/identity/account.type.js'
import { arg, field, fieldResolver, mutation, query } from '#schema/kernel/decorators.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { SafeInt } from '#schema/kernel/scalars.js'
import { compareUsage } from '#services/billing/usage-comparisons/compare-usage.js'
import { endUsageComparison } from '#services/billing/usage-comparisons/end-usage-comparison.js'
import { previewUsageComparisonEnd } from '#services/billing/usage-comparisons/preview-usage-comparison-end.js'
import { startUsageComparison } from '#services/billing/usage-comparisons/start-usage-comparison.js'
import {
  comparedTotals,
  differencesOf,
  usageComparison,
  usageComparisons,
} from '#services/billing/usage-comparisons/usage-comparisons.js'
import { pageOf, pageRequest } from '#services/kernel/paging/page.js'
import type { RequestContext } from '#context/request-context.js'
import { toAccount } from '../identity/account.mapper.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { toConnection } from '../kernel/page.mapper.js'
import {
  toUsageComparison,
  toUsageComparisonEndEffect,
  toUsageComparisonTotal,
  toUsageDifference,
} from './usage-comparison.mapper.js'

const COMPARISONS_PER_PAGE = 20
const DIFFERENCES_PER_PAGE = 50

@ArgsType()
class UsageComparisonsArgs extends pageArgs(COMPARISONS_PER_PAGE) {}

@ArgsType()
class DifferencesArgs extends pageArgs(DIFFERENCES_PER_PAGE) {
  @field('Kinds to return. Default: all.', () => [UsageDifferenceKind], { nullable: true })
  kinds?: UsageDifferenceKind[] | null

  @field('Code of the feature. Default: all features.', () => String, { nullable: true })
  featureCode?: string | null

  @field('Account, by ID or reference. Default: all accounts of the comparison.', () => ID, { nullable: true })
  accountId?: string | null
}

@ArgsType()
class EndEffectsArgs extends pageArgs(DIFFERENCES_PER_PAGE) {}

const NEEDS = 'Requires an operator.'

@Resolver(() => UsageComparison)
class UsageComparisonResolver {
  @query(`A comparison with another engine. Null if it does not exist. ${NEEDS}`, () => UsageComparison, {
    nullable: true,
  })
  async usageComparison(
    @Ctx() context: RequestContext,
    @arg('id', 'ID of the comparison.', () => ID) id: string,
  ): Promise<UsageComparison | null> {
    const comparison = await usageComparison(context, id)
    return comparison && toUsageComparison(comparison)
  }

  @query(`Comparisons with other engines, newest first. ${NEEDS}`, () => UsageComparisonConnection, { nullable: true })
  async usageComparisons(
    @Ctx() context: RequestContext,
    @Args(() => UsageComparisonsArgs) args: PageArgs,
  ): Promise<UsageComparisonConnection> {
    const page = await usageComparisons(context, pageRequest(args, COMPARISONS_PER_PAGE))
    return toConnection(page, page.items.map(toUsageComparison))
  }

  @preview(
    `Effect of ending a running comparison now with \`CONTINUE\`, and of closing its batch: units and balances by account and feature, and denied lines. Nothing is recorded. ${NEEDS}`,
    () => UsageComparisonEndPreview,
  )
  async previewUsageComparisonEnd(
    @Ctx() context: RequestContext,
    @arg('id', 'Comparison to preview.', () => ID) usageComparisonId: string,
  ): Promise<UsageComparisonEndPreview | Denial> {
    const outcome = await previewUsageComparisonEnd(context, usageComparisonId)
    if (outcome.kind === 'denied') return toDenial(context, outcome.denial)
    const { comparison, lineCount, deniedCount, effects } = outcome
    return {
      comparison: toUsageComparison(comparison),
      lineCount,
      deniedCount,
      previewed: effects,
    }
  }

  @mutation(
    `Starts a comparison of accounts with another engine. Nothing is charged or consumed because of it. ${NEEDS}`,
    () => UsageComparisonPayload,
  )
  async startUsageComparison(
    @Ctx() context: RequestContext,
    @mutationArgs(() => StartUsageComparisonArgs) input: StartUsageComparisonArgs,
  ): Promise<UsageComparison | Denial> {
    const outcome = await startUsageComparison(context, input)
    return 'kind' in outcome ? toDenial(context, outcome.denial) : toUsageComparison(outcome)
  }

  @mutation(
    `Ends a comparison. Counted usage is added to an open batch, which is previewed and closed, or discarded. ${NEEDS}`,
    () => UsageComparisonPayload,
  )
  async endUsageComparison(
    @Ctx() context: RequestContext,
    @mutationArgs(() => EndUsageComparisonArgs) input: EndUsageComparisonArgs,
  ): Promise<UsageComparison | Denial> {
    const outcome = await endUsageComparison(context, input)
    return 'kind' in outcome ? toDenial(context, outcome.denial) : toUsageComparison(outcome)
  }

  @mutation(
    'Compares uses that another engine decided with the decisions of this server. Nothing is consumed. Requires the permission to use entitlements.',
    () => UsageReportPayload,
  )
  async compareUsage(
    @Ctx() context: RequestContext,
    @mutationArgs(() => CompareUsageArgs) { uses }: CompareUsageArgs,
  ): Promise<UsageReportPayload | Denial> {
    const outcome = await compareUsage(context, uses)
    if ('kind' in outcome) return toDenial(context, outcome.denial)
    const { accepted, duplicates, different, rejected } = outcome
    return { acceptedCount: accepted, duplicateCount: duplicates, differenceCount: different, rejected }
  }

  @fieldResolver('Number of accounts.', () => SafeInt)
  async accountCount(@Ctx() context: RequestContext, @Root() { id }: UsageComparison): Promise<number> {
    return (await context.loaders.usageComparisonAccounts.load(id)).length
  }

  @fieldResolver('Compared uses by feature.', () => [UsageComparisonTotal])
  async totals(@Ctx() context: RequestContext, @Root() { id }: UsageComparison): Promise<UsageComparisonTotal[]> {
    return comparedTotals(await context.loaders.usageComparisonAccounts.load(id)).map(toUsageComparisonTotal)
  }

  @fieldResolver('Uses on which the engines differ, newest first.', () => UsageDifferenceConnection)
  async differences(
    @Ctx() context: RequestContext,
    @Root() { id }: UsageComparison,
    @Args(() => DifferencesArgs) args: DifferencesArgs & PageArgs,
  ): Promise<UsageDifferenceConnection> {
    const { kinds = null, featureCode = null, accountId = null } = args
    const page = await differencesOf(
      context,
      id,
      { kinds, featureCode, accountId },
      pageRequest(args, DIFFERENCES_PER_PAGE),
    )
    return toConnection(page, page.items.map(toUsageDifference))
  }
}

@Resolver(() => UsageDifference)
class UsageDifferenceResolver {
  @fieldResolver('Account of the use.', () => Account)
  async account(@Ctx() context: RequestContext, @Root() { accountId }: UsageDifference): Promise<Account> {
    return toAccount((await context.loaders.account.load(accountId))!)
  }
}

@Resolver(() => UsageComparisonEndPreview)
class UsageComparisonEndPreviewResolver {
  @fieldResolver('Effect on each account and feature.', () => UsageComparisonEndEffectConnection, { nullable: true })
  async effects(
    @Root() { comparison, previewed }: UsageComparisonEndPreview,
    @Args(() => EndEffectsArgs) args: PageArgs,
  ): Promise<UsageComparisonEndEffectConnection | null> {
    if (!comparison) return null
    const page = await pageOf(
      pageRequest(args, DIFFERENCES_PER_PAGE),
      `effects ${comparison.id}`,
      ({ accountId, feature }) => [accountId, feature],
      previewed,
    )
    return toConnection(page, page.items.map(toUsageComparisonEndEffect))
  }
}

@Resolver(() => UsageComparisonEndEffect)
class UsageComparisonEndEffectResolver {
  @fieldResolver('Account of the usage.', () => Account)
  async account(@Ctx() context: RequestContext, @Root() { accountId }: UsageComparisonEndEffect): Promise<Account> {
    return toAccount((await context.loaders.account.load(accountId))!)
  }
}

export const usageComparisonResolvers = [
  UsageComparisonResolver,
  UsageDifferenceResolver,
  UsageComparisonEndPreviewResolver,
  UsageComparisonEndEffectResolver,
]
