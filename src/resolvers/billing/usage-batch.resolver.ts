import { preview } from '#schema/kernel/decorators.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import { UsageBatchPayload } from '#schema/billing/usage-batch.type.js'
import type { Denial } from '#schema/kernel/denial.type.js'
import { UsageReportPayload } from '#schema/entitlements/record-usage.type.js'
import { Args, ArgsType, Ctx, ID, Resolver, Root } from 'type-graphql'
import type { UsageBatchRow } from '#entities/billing/usage-batch.entity.js'
import {
  UsageBatchPreview,
  UsageBatchEffect,
  UsageBatchEffectConnection,
} from '#schema/billing/usage-batch-preview.type.js'
import {
  AddToUsageBatchArgs,
  CloseUsageBatchArgs,
  OpenUsageBatchArgs,
  RevertUsageBatchArgs,
  UsageBatch,
  UsageBatchConnection,
  UsageBatchLine,
  UsageBatchLineConnection,
  UsageBatchLineState,
  UsageBatchProgress,
  UsageBatchState,
} from '#schema/billing/usage-batch.type.js'
import { Consumption } from '#schema/entitlements/consumption.type.js'
import { Account } from '#schema/identity/account.type.js'
import { arg, field, fieldResolver, mutation, query } from '#schema/kernel/decorators.js'
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
import { toDenial } from '../kernel/denial.mapper.js'
import { toConnection } from '../kernel/page.mapper.js'
import { toUsageBatch, toUsageBatchEffect, toUsageBatchLine } from './usage-batch.mapper.js'

const BATCHES_PER_PAGE = 20
const LINES_PER_PAGE = 50

@ArgsType()
class UsageBatchesArgs extends pageArgs(BATCHES_PER_PAGE) {
  @field('States to return. Default: all.', () => [UsageBatchState], { nullable: true })
  states?: UsageBatchState[] | null
}

@ArgsType()
class LinesArgs extends pageArgs(LINES_PER_PAGE) {
  @field('States to return. Default: all.', () => [UsageBatchLineState], { nullable: true })
  states?: UsageBatchLineState[] | null
}

@ArgsType()
class EffectsArgs extends pageArgs(LINES_PER_PAGE) {}

const refuse = (context: RequestContext, { denial }: Denied): Promise<Denial> => toDenial(context, denial)

const toResult = (context: RequestContext, outcome: UsageBatchRow | Denied): Promise<Denial> | UsageBatch =>
  'kind' in outcome ? refuse(context, outcome) : toUsageBatch(outcome)

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
    const page = await usageBatches(context, args.states ?? null, pageRequest(args, BATCHES_PER_PAGE))
    return toConnection(page, page.items.map(toUsageBatch))
  }

  @preview(
    `Effect of closing an open batch now: units per source, cost and denied lines. Nothing is recorded. ${NEEDS}`,
    () => UsageBatchPreview,
  )
  async previewUsageBatch(
    @Ctx() context: RequestContext,
    @arg('id', 'Batch to preview.', () => ID) usageBatchId: string,
  ): Promise<UsageBatchPreview | Denial> {
    const outcome = await previewUsageBatch(context, usageBatchId)
    if (outcome.kind === 'denied') return refuse(context, outcome)
    const { batch, lineCount, deniedCount, effects } = outcome
    return {
      batch: toUsageBatch(batch),
      lineCount,
      deniedCount,
      previewed: effects,
    }
  }

  @mutation(`Opens a batch for past usage. Nothing counts before it is closed. ${NEEDS}`, () => UsageBatchPayload)
  async openUsageBatch(
    @Ctx() context: RequestContext,
    @mutationArgs(() => OpenUsageBatchArgs) input: OpenUsageBatchArgs,
  ): Promise<UsageBatch | Denial> {
    return toResult(context, await openUsageBatch(context, input))
  }

  @mutation(
    `Adds lines to an open batch. Each line is added, recognized by its key, or rejected. ${NEEDS}`,
    () => UsageReportPayload,
  )
  async addToUsageBatch(
    @Ctx() context: RequestContext,
    @mutationArgs(() => AddToUsageBatchArgs) input: AddToUsageBatchArgs,
  ): Promise<UsageReportPayload | Denial> {
    const outcome = await addToUsageBatch(context, input)
    if ('kind' in outcome) return refuse(context, outcome)
    const { accepted, duplicates, rejected } = outcome
    return { acceptedCount: accepted, duplicateCount: duplicates, differenceCount: null, rejected }
  }

  @mutation(
    `Closes a batch: its lines are applied in the background, each once. Denied lines are listed, and the others are applied. ${NEEDS}`,
    () => UsageBatchPayload,
  )
  async closeUsageBatch(
    @Ctx() context: RequestContext,
    @mutationArgs(() => CloseUsageBatchArgs) { usageBatchId }: CloseUsageBatchArgs,
  ): Promise<UsageBatch | Denial> {
    return toResult(context, await closeUsageBatch(context, usageBatchId))
  }

  @mutation(
    `Reverts a closed batch: the units of its lines are returned in the background, as \`amendUsage\` with the amount 0 does. Lines of an open batch are discarded. ${NEEDS}`,
    () => UsageBatchPayload,
  )
  async revertUsageBatch(
    @Ctx() context: RequestContext,
    @mutationArgs(() => RevertUsageBatchArgs) input: RevertUsageBatchArgs,
  ): Promise<UsageBatch | Denial> {
    return toResult(context, await revertUsageBatch(context, input))
  }

  @fieldResolver('Number of lines by state.', () => UsageBatchProgress)
  async progress(@Ctx() context: RequestContext, @Root() { id }: UsageBatch): Promise<UsageBatchProgress> {
    const counts = await context.loaders.usageBatchCounts.load(id)
    const countOf = (state: UsageBatchLineState) => counts.find((one) => one.state === state)?.count ?? 0
    return {
      __typename: 'UsageBatchProgress',
      totalCount: counts.reduce((sum, { count }) => sum + count, 0),
      pendingCount: countOf('PENDING'),
      appliedCount: countOf('APPLIED'),
      deniedCount: countOf('DENIED'),
      discardedCount: countOf('DISCARDED'),
      revertedCount: countOf('REVERTED'),
      notRevertedCount: countOf('NOT_REVERTED'),
    }
  }

  @fieldResolver('Lines of the batch, in the order in which they were added.', () => UsageBatchLineConnection)
  async lines(
    @Ctx() context: RequestContext,
    @Root() { id }: UsageBatch,
    @Args(() => LinesArgs) args: LinesArgs & PageArgs,
  ): Promise<UsageBatchLineConnection> {
    const page = await linesOfBatch(context.database, id, args.states ?? null, pageRequest(args, LINES_PER_PAGE))
    return toConnection(page, page.items.map(toUsageBatchLine))
  }
}

@Resolver(() => UsageBatchPreview)
class UsageBatchPreviewResolver {
  @fieldResolver('Effect on each account and feature.', () => UsageBatchEffectConnection, { nullable: true })
  async effects(
    @Root() { batch, previewed }: UsageBatchPreview,
    @Args(() => EffectsArgs) args: PageArgs,
  ): Promise<UsageBatchEffectConnection | null> {
    if (!batch) return null
    const page = await pageOf(
      pageRequest(args, LINES_PER_PAGE),
      `effects ${batch.id}`,
      ({ accountId, feature }) => [accountId, feature],
      previewed,
    )
    return toConnection(page, page.items.map(toUsageBatchEffect))
  }
}

const accountOf = async (context: RequestContext, accountId: string): Promise<Account> =>
  toAccount((await context.loaders.account.load(accountId))!)

@Resolver(() => UsageBatchLine)
class UsageBatchLineResolver {
  @fieldResolver('Account of the usage.', () => Account)
  account(@Ctx() context: RequestContext, @Root() { accountId }: UsageBatchLine): Promise<Account> {
    return accountOf(context, accountId)
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

@Resolver(() => UsageBatchEffect)
class UsageBatchEffectResolver {
  @fieldResolver('Account of the usage.', () => Account)
  account(@Ctx() context: RequestContext, @Root() { accountId }: UsageBatchEffect): Promise<Account> {
    return accountOf(context, accountId)
  }
}

export const usageBatchResolvers = [
  UsageBatchResolver,
  UsageBatchPreviewResolver,
  UsageBatchLineResolver,
  UsageBatchEffectResolver,
]
