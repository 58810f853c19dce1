import { Args, ArgsType, Ctx, ID, Resolver, Root } from 'type-graphql'
import type { UsageBatchRow } from '#entities/billing/usage-batch.entity.js'
import {
  PreviewUsageBatchResult,
  UsageBatchEffect,
  UsageBatchEffectConnection,
  UsageBatchPreview,
} from '#schema/billing/usage-batch-preview.type.js'
import {
  AddToUsageBatchInput,
  AddToUsageBatchResult,
  CloseUsageBatchInput,
  CloseUsageBatchResult,
  OpenUsageBatchInput,
  OpenUsageBatchResult,
  RevertUsageBatchInput,
  RevertUsageBatchResult,
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
import type { Refused } from '#schema/kernel/refused.type.js'
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

const refuse = (context: RequestContext, { denial }: Denied): Promise<Refused> => toDenial<Refused>(context, denial)

const toResult = (context: RequestContext, outcome: UsageBatchRow | Denied): Promise<Refused> | UsageBatch =>
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

  @query(
    `Effect of closing an open batch now: units per source, cost and denied lines. Nothing is recorded. ${NEEDS}`,
    () => PreviewUsageBatchResult,
    { nullable: true },
  )
  async previewUsageBatch(
    @Ctx() context: RequestContext,
    @arg('usageBatchId', 'Batch to preview.', () => ID) usageBatchId: string,
  ): Promise<PreviewUsageBatchResult> {
    const outcome = await previewUsageBatch(context, usageBatchId)
    if (outcome.kind === 'denied') return refuse(context, outcome)
    const { batch, lineCount, deniedCount, effects } = outcome
    return {
      __typename: 'UsageBatchPreview',
      batch: toUsageBatch(batch),
      lineCount,
      deniedCount,
      previewed: effects,
    }
  }

  @mutation(`Opens a batch for past usage. Nothing counts before it is closed. ${NEEDS}`, () => OpenUsageBatchResult)
  async openUsageBatch(
    @Ctx() context: RequestContext,
    @arg('input', 'Name and reason.', () => OpenUsageBatchInput) input: OpenUsageBatchInput,
  ): Promise<OpenUsageBatchResult> {
    return toResult(context, await openUsageBatch(context, input))
  }

  @mutation(
    `Adds lines to an open batch. Each line is added, recognized by its key, or rejected. ${NEEDS}`,
    () => AddToUsageBatchResult,
  )
  async addToUsageBatch(
    @Ctx() context: RequestContext,
    @arg('input', 'Batch and lines.', () => AddToUsageBatchInput) input: AddToUsageBatchInput,
  ): Promise<AddToUsageBatchResult> {
    const outcome = await addToUsageBatch(context, input)
    if ('kind' in outcome) return refuse(context, outcome)
    const { batch, accepted, duplicates, rejected } = outcome
    return { __typename: 'UsageBatchAddition', batch: toUsageBatch(batch), accepted, duplicates, rejected }
  }

  @mutation(
    `Closes a batch: its lines are applied in the background, each once. Denied lines are listed, and the others are applied. ${NEEDS}`,
    () => CloseUsageBatchResult,
  )
  async closeUsageBatch(
    @Ctx() context: RequestContext,
    @arg('input', 'Batch to close.', () => CloseUsageBatchInput) { usageBatchId }: CloseUsageBatchInput,
  ): Promise<CloseUsageBatchResult> {
    return toResult(context, await closeUsageBatch(context, usageBatchId))
  }

  @mutation(
    `Reverts a closed batch: the units of its lines are returned in the background, as \`voidUsage\` does. Lines of an open batch are discarded. ${NEEDS}`,
    () => RevertUsageBatchResult,
  )
  async revertUsageBatch(
    @Ctx() context: RequestContext,
    @arg('input', 'Batch to revert.', () => RevertUsageBatchInput) input: RevertUsageBatchInput,
  ): Promise<RevertUsageBatchResult> {
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
  @fieldResolver('Effect on each account and feature.', () => UsageBatchEffectConnection)
  async effects(
    @Root() { batch, previewed }: UsageBatchPreview,
    @Args(() => EffectsArgs) args: PageArgs,
  ): Promise<UsageBatchEffectConnection> {
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
