import { preview, arg, field, fieldResolver, query } from '#schema/kernel/decorators.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import {
  UsageComparisonPayload,
  CompareUsageArgs,
  EndUsageComparisonArgs,
  PreviewUsageComparisonEndArgs,
  StartUsageComparisonArgs,
  UsageComparison,
  UsageComparisonConnection,
  UsageComparisonTotal,
  UsageDifference,
  UsageDifferenceConnection,
  UsageDifferenceKind,
} from '#schema/billing/usage-comparison.type.js'
import type { Denial } from '#schema/kernel/denial.type.js'
import { UsageReportPayload } from '#schema/entitlements/record-usage.type.js'
import { Args, ArgsType, Ctx, ID, Resolver, Root } from 'type-graphql'
import { UsageBatch } from '#schema/billing/usage-batch.type.js'
import { UsagePreviewReport } from '#schema/billing/usage-effect.type.js'
import { Account } from '#schema/identity/account.type.js'
import { requires } from '#schema/kernel/requires.js'
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
import { pageRequest } from '#services/kernel/paging/page.js'
import type { RequestContext } from '#context/request-context.js'
import { loadAccount } from '../identity/load-account.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { toConnection } from '../kernel/page.mapper.js'
import { toUsageBatch } from './usage-batch.mapper.js'
import { toUsageComparison, toUsageComparisonTotal, toUsageDifference } from './usage-comparison.mapper.js'
import { mutation, unlessDenied } from '../kernel/mutation.js'
import type { Denied } from '#services/kernel/result/denied.js'

const COMPARISONS_PER_PAGE = 20
const DIFFERENCES_PER_PAGE = 50

@ArgsType()
class UsageComparisonsArgs extends pageArgs(COMPARISONS_PER_PAGE) {}

@ArgsType()
class DifferencesArgs extends pageArgs(DIFFERENCES_PER_PAGE) {
  @field('Kinds to return. Default: all.', () => [UsageDifferenceKind], { nullable: true })
  kinds?: UsageDifferenceKind[] | null

  @field('Code of the feature. Default: all features.', () => String, { nullable: true })
  feature?: string | null

  @field('Account, by ID or reference. Default: all accounts of the comparison.', () => ID, { nullable: true })
  accountId?: string | null
}

@Resolver(() => UsageComparison)
class UsageComparisonResolver {
  @query('A comparison with another engine. Null if it does not exist.', () => UsageComparison, {
    nullable: true,
  })
  @requires('OPS_READ')
  async usageComparison(
    @Ctx() context: RequestContext,
    @arg('id', 'ID of the comparison.', () => ID) id: string,
  ): Promise<UsageComparison | null> {
    const comparison = await usageComparison(context, id)
    return comparison && toUsageComparison(comparison)
  }

  @query('Comparisons with other engines, newest first.', () => UsageComparisonConnection, { nullable: true })
  @requires('OPS_READ')
  async usageComparisons(
    @Ctx() context: RequestContext,
    @Args(() => UsageComparisonsArgs) args: PageArgs,
  ): Promise<UsageComparisonConnection> {
    const page = await usageComparisons(context, pageRequest(args, COMPARISONS_PER_PAGE))
    return toConnection(page, page.items.map(toUsageComparison))
  }

  @preview(
    `Effect of ending a running comparison now, and of closing its batch: units and balances by account and feature, and denied lines. With \`DISCARD\` there are none. Nothing is recorded.`,
    () => UsagePreviewReport,
  )
  @requires('OPS_READ')
  async previewUsageComparisonEnd(
    @Ctx() context: RequestContext,
    @mutationArgs(() => PreviewUsageComparisonEndArgs) input: PreviewUsageComparisonEndArgs,
  ): Promise<UsagePreviewReport | Denial> {
    const outcome = await previewUsageComparisonEnd(context, input)
    if (outcome.kind === 'denied') return toDenial(context, outcome.denial)
    const { lineCount, deniedCount, effects } = outcome
    return { lineCount, deniedCount, subjectId: input.usageComparisonId, previewed: effects }
  }

  @mutation('Starts a comparison of accounts with another engine. Nothing is charged or consumed because of it.', {
    payload: () => UsageComparisonPayload,
    permission: 'OPS_WRITE',
    moves: { nothing: 'stores a name, a reason and accounts' },
  })
  startUsageComparison(
    @Ctx() context: RequestContext,
    @mutationArgs(() => StartUsageComparisonArgs) input: StartUsageComparisonArgs,
  ) {
    return unlessDenied(startUsageComparison(context, input), (outcome) => toUsageComparison(outcome))
  }

  @mutation(
    'Ends a comparison. Counted usage is added to an open batch, which is previewed and closed, or discarded.',
    {
      payload: () => UsageComparisonPayload,
      permission: 'OPS_WRITE',
      moves: { nothing: 'stores lines that take nothing' },
      repeats: 'The comparison is already ended.',
    },
  )
  endUsageComparison(
    @Ctx() context: RequestContext,
    @mutationArgs(() => EndUsageComparisonArgs) input: EndUsageComparisonArgs,
  ) {
    return unlessDenied(endUsageComparison(context, input), (outcome) => toUsageComparison(outcome))
  }

  @mutation(
    'Compares uses that another engine decided with the decisions of this server. Nothing is consumed. Requires the permission to use entitlements.',
    {
      payload: () => UsageReportPayload,
      permissionOnObject: 'ENTITLEMENTS_USE',
      moves: { nothing: 'compares decisions and takes nothing' },
      repeats: 'Each use has a key of its own.',
    },
  )
  async compareUsage(
    @Ctx() context: RequestContext,
    @mutationArgs(() => CompareUsageArgs) { uses }: CompareUsageArgs,
  ): Promise<UsageReportPayload | Denied> {
    const outcome = await compareUsage(context, uses)
    if ('kind' in outcome) return outcome
    const { accepted, duplicates, different, rejected } = outcome
    return { acceptedCount: accepted, duplicateCount: duplicates, differenceCount: different, rejected }
  }

  @fieldResolver('Number of accounts.', () => SafeInt)
  async accountCount(@Ctx() context: RequestContext, @Root() { id }: UsageComparison): Promise<number> {
    return (await context.loaders.usageComparisonAccounts.load(id)).length
  }

  @fieldResolver('Compared uses by feature.', () => [UsageComparisonTotal])
  async totals(@Ctx() context: RequestContext, @Root() { id }: UsageComparison): Promise<UsageComparisonTotal[]> {
    const catalog = context.catalog.current()
    const accounts = await context.loaders.usageComparisonAccounts.load(id)
    return comparedTotals(accounts).map((total) => toUsageComparisonTotal(catalog, total))
  }

  @fieldResolver('Uses on which the engines differ, newest first.', () => UsageDifferenceConnection)
  async differences(
    @Ctx() context: RequestContext,
    @Root() { id }: UsageComparison,
    @Args(() => DifferencesArgs) args: DifferencesArgs & PageArgs,
  ): Promise<UsageDifferenceConnection> {
    const { kinds = null, feature = null, accountId = null } = args
    const page = await differencesOf(
      context,
      id,
      { kinds, feature, accountId },
      pageRequest(args, DIFFERENCES_PER_PAGE),
    )
    const catalog = context.catalog.current()
    return toConnection(
      page,
      page.items.map((row) => toUsageDifference(catalog, row)),
    )
  }

  @fieldResolver(
    'Batch with the usage that was counted. Null while the comparison runs, and without such usage.',
    () => UsageBatch,
    { nullable: true },
  )
  async usageBatch(
    @Ctx() context: RequestContext,
    @Root() { usageBatchId }: UsageComparison,
  ): Promise<UsageBatch | null> {
    const batch = usageBatchId === null ? null : await context.loaders.usageBatch.load(usageBatchId)
    return batch && toUsageBatch(batch)
  }
}

@Resolver(() => UsageComparisonTotal)
class UsageComparisonTotalResolver {
  @fieldResolver('Number of uses with a kind of difference. A use can have several kinds.', () => SafeInt)
  differenceCount(
    @Root() { differences }: UsageComparisonTotal,
    @arg('kind', 'Kind to count.', () => UsageDifferenceKind) kind: UsageDifferenceKind,
  ): number {
    return differences.get(kind) ?? 0
  }
}

@Resolver(() => UsageDifference)
class UsageDifferenceResolver {
  @fieldResolver('Account of the use. Null if it was deleted.', () => Account, { nullable: true })
  account(@Ctx() context: RequestContext, @Root() { accountId }: UsageDifference): Promise<Account | null> {
    return loadAccount(context, accountId)
  }
}

export const usageComparisonResolvers = [UsageComparisonResolver, UsageComparisonTotalResolver, UsageDifferenceResolver]
