import { preview, arg, field, fieldResolver, query } from '#schema/kernel/decorators.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import {
  UsageBatchPayload,
  AddToUsageBatchArgs,
  CloseUsageBatchArgs,
  OpenUsageBatchArgs,
  RevertUsageBatchArgs,
  UsageBatch,
  UsageBatchConnection,
  UsageBatchLine,
  UsageBatchLineConnection,
  UsageBatchLineStatus,
  UsageBatchStatus,
} from '#schema/billing/usage-batch.type.js'
import type { Denial } from '#schema/kernel/denial.type.js'
import { UsageReportPayload } from '#schema/entitlements/record-usage.type.js'
import { Args, ArgsType, Ctx, ID, Resolver, Root } from 'type-graphql'
import { UsageEffect, UsageEffectConnection, UsagePreviewReport } from '#schema/billing/usage-effect.type.js'
import { Consumption } from '#schema/entitlements/consumption.type.js'
import { Account } from '#schema/identity/account.type.js'
import { User } from '#schema/identity/user.type.js'
import { SafeInt } from '#schema/kernel/scalars.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { addToUsageBatch } from '#services/billing/usage-batches/add-to-usage-batch.js'
import { usageBatch } from '#services/billing/usage-batches/usage-batch.js'
import { linesOfBatch, usageBatches } from '#services/billing/usage-batches/usage-batches.js'
import { closeUsageBatch } from '#services/billing/usage-batches/close-usage-batch.js'
import { openUsageBatch } from '#services/billing/usage-batches/open-usage-batch.js'
import { previewUsageBatch } from '#services/billing/usage-batches/preview-usage-batch.js'
import { revertUsageBatch } from '#services/billing/usage-batches/revert-usage-batch.js'
import type { Denied } from '#services/kernel/result/denied.js'
import { pageOf, pageRequest } from '#services/kernel/paging/page.js'
import type { RequestContext } from '#context/request-context.js'
import { loadConsumption } from '../entitlements/load-operation.js'
import { toAccount } from '../identity/account.mapper.js'
import { loadAccount, loadUser } from '../identity/load-account.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { toConnection, toListPage } from '../kernel/page.mapper.js'
import { toUsageBatch, toUsageEffect, toUsageBatchLine } from './usage-batch.mapper.js'
import { mutation, unlessDenied } from '../kernel/mutation.js'

const BATCHES_PER_PAGE = 20
const LINES_PER_PAGE = 50

@ArgsType()
class UsageBatchesArgs extends pageArgs(BATCHES_PER_PAGE) {
  @field('Statuses to return. Default: all.', () => [UsageBatchStatus], { nullable: true })
  statuses?: UsageBatchStatus[] | null
}

@ArgsType()
class LinesArgs extends pageArgs(LINES_PER_PAGE) {
  @field('Statuses to return. Default: all.', () => [UsageBatchLineStatus], { nullable: true })
  statuses?: UsageBatchLineStatus[] | null
}

@ArgsType()
class EffectsArgs extends pageArgs(LINES_PER_PAGE) {}

const NEEDS = 'Requires scope `entitlements:write`, or an operator.'

@Resolver(() => UsageBatch)
class UsageBatchResolver {
  @query(`A batch of past usage. Null if the caller cannot see it. ${NEEDS}`, () => UsageBatch, { nullable: true })
  async usageBatch(
    @Ctx() context: RequestContext,
    @arg('id', 'ID of the batch.', () => ID) id: string,
  ): Promise<UsageBatch | null> {
    const batch = await usageBatch(context, id)
    return batch && toUsageBatch(batch)
  }

  @query(
    `Batches of past usage, newest first. Keys of an account see the batches of its keys. ${NEEDS}`,
    () => UsageBatchConnection,
    { nullable: true },
  )
  async usageBatches(
    @Ctx() context: RequestContext,
    @Args(() => UsageBatchesArgs) args: UsageBatchesArgs & PageArgs,
  ): Promise<UsageBatchConnection> {
    const page = await usageBatches(context, args.statuses ?? null, pageRequest(args, BATCHES_PER_PAGE))
    return toConnection(page, page.items.map(toUsageBatch))
  }

  @preview(
    `Effect of closing an open batch now: units per source, cost and denied lines. Nothing is recorded. ${NEEDS}`,
    () => UsagePreviewReport,
  )
  async previewUsageBatch(
    @Ctx() context: RequestContext,
    @arg('id', 'Batch to preview.', () => ID) usageBatchId: string,
  ): Promise<UsagePreviewReport | Denial> {
    const outcome = await previewUsageBatch(context, usageBatchId)
    if (outcome.kind === 'denied') return toDenial(context, outcome.denial)
    const { lineCount, deniedCount, effects } = outcome
    return { lineCount, deniedCount, subjectId: usageBatchId, previewed: effects }
  }

  @mutation(`Opens a batch for past usage. Nothing counts before it is closed. ${NEEDS}`, {
    payload: () => UsageBatchPayload,
    moves: { nothing: 'stores a name and a reason' },
  })
  openUsageBatch(@Ctx() context: RequestContext, @mutationArgs(() => OpenUsageBatchArgs) input: OpenUsageBatchArgs) {
    return unlessDenied(openUsageBatch(context, input), (outcome) => toUsageBatch(outcome))
  }

  @mutation(`Adds lines to an open batch. Each line is added, recognized by its key, or rejected. ${NEEDS}`, {
    payload: () => UsageReportPayload,
    moves: { nothing: 'stores lines that take nothing' },
    repeats: 'Each line has a key of its own.',
  })
  async addToUsageBatch(
    @Ctx() context: RequestContext,
    @mutationArgs(() => AddToUsageBatchArgs) input: AddToUsageBatchArgs,
  ): Promise<UsageReportPayload | Denied> {
    const outcome = await addToUsageBatch(context, input)
    if ('kind' in outcome) return outcome
    const { accepted, duplicates, rejected } = outcome
    return { acceptedCount: accepted, duplicateCount: duplicates, differenceCount: null, rejected }
  }

  @mutation(
    `Closes a batch: its lines are applied in the background, each once. Denied lines are listed, and the others are applied. ${NEEDS}`,
    { payload: () => UsageBatchPayload, moves: 'entitlements', repeats: 'The batch is already closed.' },
  )
  closeUsageBatch(
    @Ctx() context: RequestContext,
    @mutationArgs(() => CloseUsageBatchArgs) { usageBatchId }: CloseUsageBatchArgs,
  ) {
    return unlessDenied(closeUsageBatch(context, usageBatchId), (outcome) => toUsageBatch(outcome))
  }

  @mutation(
    `Reverts a closed batch: the units of its lines are returned in the background, as \`amendUsage\` with the amount 0 does. Lines of an open batch are discarded. ${NEEDS}`,
    { payload: () => UsageBatchPayload, moves: 'entitlements', repeats: 'The batch is already reverted.' },
  )
  revertUsageBatch(
    @Ctx() context: RequestContext,
    @mutationArgs(() => RevertUsageBatchArgs) input: RevertUsageBatchArgs,
  ) {
    return unlessDenied(revertUsageBatch(context, input), (outcome) => toUsageBatch(outcome))
  }

  @fieldResolver('Number of lines with a status. Default: of all lines.', () => SafeInt)
  async lineCount(
    @Ctx() context: RequestContext,
    @Root() { id }: UsageBatch,
    @arg('status', 'Status to count. Default: all.', () => UsageBatchLineStatus, { nullable: true })
    status?: UsageBatchLineStatus | null,
  ): Promise<number> {
    const counts = await context.loaders.usageBatchCounts.load(id)
    return counts.reduce((sum, { state, count }) => sum + (!status || state === status ? count : 0), 0)
  }

  @fieldResolver('Lines of the batch, in the order in which they were added.', () => UsageBatchLineConnection)
  async lines(
    @Ctx() context: RequestContext,
    @Root() { id }: UsageBatch,
    @Args(() => LinesArgs) args: LinesArgs & PageArgs,
  ): Promise<UsageBatchLineConnection> {
    const page = await linesOfBatch(context.database, id, args.statuses ?? null, pageRequest(args, LINES_PER_PAGE))
    const catalog = context.catalog.current()
    return toConnection(
      page,
      page.items.map((row) => toUsageBatchLine(catalog, row)),
    )
  }
}

@Resolver(() => UsagePreviewReport)
class UsagePreviewReportResolver {
  @fieldResolver('Effect on each account and feature.', () => UsageEffectConnection, { nullable: true })
  async effects(
    @Ctx() context: RequestContext,
    @Root() { subjectId, previewed }: Partial<UsagePreviewReport>,
    @Args(() => EffectsArgs) args: PageArgs,
  ): Promise<UsageEffectConnection | null> {
    if (!previewed) return null
    const page = await pageOf(
      pageRequest(args, LINES_PER_PAGE),
      `effects ${subjectId}`,
      ({ accountId, feature }) => [accountId, feature],
      previewed,
    )
    const catalog = context.catalog.current()
    return toListPage(
      page,
      page.items.map((effect) => toUsageEffect(catalog, effect)),
    )
  }
}

@Resolver(() => UsageBatchLine)
class UsageBatchLineResolver {
  @fieldResolver('Account of the usage. Null if it was deleted.', () => Account, { nullable: true })
  account(@Ctx() context: RequestContext, @Root() { accountId }: UsageBatchLine): Promise<Account | null> {
    return loadAccount(context, accountId)
  }

  @fieldResolver('Member who used the units. Null if none was named, or if the user was deleted.', () => User, {
    nullable: true,
  })
  user(@Ctx() context: RequestContext, @Root() { userId }: UsageBatchLine): Promise<User | null> {
    return loadUser(context, userId)
  }

  @fieldResolver(
    'Consumption of the line. Null if it was not applied, and for units of a pool that the caller cannot see.',
    () => Consumption,
    { nullable: true },
  )
  async consumption(
    @Ctx() context: RequestContext,
    @Root() { consumptionId }: UsageBatchLine,
  ): Promise<Consumption | null> {
    return consumptionId === null ? null : loadConsumption(context, consumptionId)
  }
}

@Resolver(() => UsageEffect)
class UsageEffectResolver {
  @fieldResolver('Account of the usage.', () => Account)
  async account(@Ctx() context: RequestContext, @Root() { accountId }: UsageEffect): Promise<Account> {
    return toAccount((await context.loaders.account.load(accountId))!)
  }
}

export const usageBatchResolvers = [
  UsageBatchResolver,
  UsagePreviewReportResolver,
  UsageBatchLineResolver,
  UsageEffectResolver,
]
