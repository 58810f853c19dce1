import { Ctx, Resolver, Root } from 'type-graphql'
import { ConsumeInput, ConsumeResult } from '#schema/entitlements/consume.type.js'
import { Consumption } from '#schema/entitlements/consumption.type.js'
import { Entitlement } from '#schema/entitlements/entitlement.type.js'
import { RecordUsageInput, RecordUsageResult } from '#schema/entitlements/record-usage.type.js'
import { arg, fieldResolver, mutation } from '#schema/kernel/decorators.js'
import { consume } from '#services/entitlements/usage/consume.js'
import { recordUsage } from '#services/entitlements/usage/record-usage.js'
import type { RequestContext } from '#context/request-context.js'
import { entitlementAfter, toConsumption, toDenialResult } from './usage.mapper.js'

@Resolver(() => Consumption)
export class ConsumptionResolver {
  @mutation(
    'Consumes units of a quota or credits, all or none. The result is durable. Requires scope `entitlements:write`.',
    () => ConsumeResult,
  )
  async consume(
    @Ctx() context: RequestContext,
    @arg('input', 'Feature, account and amount to consume.', () => ConsumeInput) input: ConsumeInput,
  ): Promise<ConsumeResult> {
    const outcome = await consume(context, input)
    return outcome.kind === 'denied'
      ? toDenialResult(context, outcome)
      : toConsumption(outcome.consumption, outcome.appliedFailurePolicy)
  }

  @mutation(
    'Records usage that already happened, at most 1,000 events. Each event is accepted or rejected on its own.',
    () => RecordUsageResult,
  )
  async recordUsage(
    @Ctx() context: RequestContext,
    @arg('input', 'Usage events to record.', () => RecordUsageInput) { events }: RecordUsageInput,
  ): Promise<RecordUsageResult> {
    const outcome = await recordUsage(context, events)
    if (outcome.kind === 'denied') return toDenialResult(context, outcome)
    const { accepted, duplicates, rejected } = outcome
    return { __typename: 'RecordUsagePayload', accepted, duplicates, rejected }
  }

  @fieldResolver('Entitlement after the operation. In a replay, the current entitlement.', () => Entitlement)
  entitlement(@Ctx() context: RequestContext, @Root() acted: Consumption): Entitlement {
    return entitlementAfter(context, acted)
  }
}
