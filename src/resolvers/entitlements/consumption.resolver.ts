import { AccountUsage } from '#schema/identity/account-groups.type.js'
import { mutationArgs, keyedInput } from '#schema/kernel/mutation-arguments.js'
import { ConsumptionPayload, Consumption, ConsumptionConnection } from '#schema/entitlements/consumption.type.js'
import { UsageReportPayload, RecordUsageArgs } from '#schema/entitlements/record-usage.type.js'
import { Args, Ctx, Resolver, Root } from 'type-graphql'
import { ConsumeInput } from '#schema/entitlements/consume.type.js'
import { Entitlement } from '#schema/entitlements/entitlement.type.js'
import { arg, fieldResolver } from '#schema/kernel/decorators.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { requireEntitlements } from '#services/entitlements/model/visible-entitlements.js'
import { explainConsumption } from '#services/entitlements/model/explain-consumption.js'
import { consume } from '#services/entitlements/usage/consume.js'
import { listConsumptions } from '#services/entitlements/usage/list-consumptions.js'
import { recordUsage } from '#services/entitlements/usage/record-usage.js'
import { consumptionOf } from '#services/entitlements/usage/replay-result.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import type { RequestContext } from '#context/request-context.js'
import { toConnection } from '../kernel/page.mapper.js'
import { snapshotOf } from './load-entitlement.js'
import { entitlementAfter, toConsumption } from './usage.mapper.js'
import { mutation, unlessDenied } from '../kernel/mutation.js'
import type { Denied } from '#services/kernel/result/denied.js'

const CONSUMPTIONS_PER_PAGE = 20
const ConsumptionsArgs = pageArgs(CONSUMPTIONS_PER_PAGE)

@Resolver(() => Consumption)
export class ConsumptionResolver {
  @mutation('Consumes units of a quota or credits, all or none. The result is durable.', {
    payload: () => ConsumptionPayload,
    permission: 'ENTITLEMENTS_USE',
    moves: 'entitlements',
    payable: true,
    audited: 'ledger',
  })
  consume(
    @Ctx() context: RequestContext,
    @keyedInput('Feature, account and amount to consume.', () => ConsumeInput) input: ConsumeInput,
  ) {
    return unlessDenied(consume(context, input), (outcome) =>
      toConsumption(outcome.consumption, outcome.appliedFailurePolicy),
    )
  }

  @mutation(
    'Records usage that has happened, at most 1,000 events. Each is recorded, from the allowance, grants, overage and debt, or rejected as invalid.',
    {
      payload: () => UsageReportPayload,
      permissionOnObject: 'ENTITLEMENTS_USE',
      moves: 'entitlements',
      repeats: 'Each event has a key of its own.',
      audited: 'ledger',
    },
  )
  async recordUsage(
    @Ctx() context: RequestContext,
    @mutationArgs(() => RecordUsageArgs) { events }: RecordUsageArgs,
  ): Promise<UsageReportPayload | Denied> {
    const outcome = await recordUsage(context, events)
    if (outcome.kind === 'denied') return outcome
    const { accepted, duplicates, rejected } = outcome
    return { acceptedCount: accepted, duplicateCount: duplicates, differenceCount: null, rejected }
  }

  @fieldResolver('Entitlement after the operation. In a replay, the current entitlement.', () => Entitlement)
  entitlement(@Ctx() context: RequestContext, @Root() acted: Consumption): Entitlement {
    return entitlementAfter(context, acted)
  }

  @fieldResolver(
    'Sources of the units as sentences: allowance, grants, units at a price, and debt; and a report that was late or absent.',
    () => [String],
  )
  explain(@Ctx() context: RequestContext, @Root() { overageCharges: charges, ...consumption }: Consumption): string[] {
    return explainConsumption(context.catalog.current(), { ...consumption, charges })
  }
}

@Resolver(() => AccountUsage)
export class AccountConsumptionsResolver {
  @fieldResolver('Units that were consumed, newest first.', () => ConsumptionConnection)
  async consumptions(
    @Ctx() context: RequestContext,
    @Root() { id: accountId }: AccountUsage,
    @arg('features', 'Feature codes to return. Default: all.', () => [String], { nullable: true }) codes:
      | string[]
      | null,
    @Args(() => ConsumptionsArgs) args: PageArgs,
  ): Promise<ConsumptionConnection> {
    const snapshot = (await requireEntitlements(context, accountId, () => snapshotOf(context, accountId)))!
    const catalog = context.catalog.current()
    const features = [...catalog.features.keys()].filter((code) => codes?.includes(code) ?? true)
    const request = pageRequest(args, CONSUMPTIONS_PER_PAGE)
    const page = await listConsumptions(context.database, { accountId, features }, request)
    const operations = await Promise.all(page.items.map((place) => context.loaders.operationEntries.load(place)))
    return toConnection(
      page,
      operations.map((entries) => toConsumption(consumptionOf(catalog, entries, snapshot)!)),
    )
  }
}
