import { denied } from '#services/kernel/result/denied.js'
import {
  UsageAmendmentPayload,
  AmendUsageArgs,
  UsageAmendment,
  UsageAmendmentPreview,
} from '#schema/billing/usage-amendment.type.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import { Ctx, ID, Resolver, Root } from 'type-graphql'
import type { UsageAmendmentRow } from '#entities/entitlements/usage-amendment.entity.js'
import { Consumption, GrantUse } from '#schema/entitlements/consumption.type.js'
import { arg, fieldResolver, query } from '#schema/kernel/decorators.js'
import { SafeInt } from '#schema/kernel/scalars.js'
import { amendUsage } from '#services/billing/usage-amendments/amend-usage.js'
import { previewUsageAmendment } from '#services/billing/usage-amendments/preview-usage-amendment.js'
import { returnedUnits } from '#services/billing/usage-amendments/returned-units.js'
import { operationPosition } from '#services/entitlements/usage/replay-result.js'
import { unknownFeature } from '#services/entitlements/model/usage-denials.js'
import { positionalId } from '#services/kernel/ids/ids.js'
import type { RequestContext } from '#context/request-context.js'
import { toFeature } from '../catalog/plan.mapper.js'
import { snapshotOf } from '../entitlements/load-entitlement.js'
import { loadConsumption } from '../entitlements/load-operation.js'
import { toGrantUse } from '../entitlements/usage.mapper.js'
import { toActor } from '../identity/actor.mapper.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { mutation, unlessDenied } from '../kernel/mutation.js'

/** Null if the catalog does not have its feature any more. */
export function toAmendment(context: RequestContext, row: UsageAmendmentRow): UsageAmendment | null {
  const { accountId, version, operationNo } = row
  const feature = context.catalog.current().features.get(row.feature)
  if (!feature) return null
  return {
    __typename: 'UsageAmendment',
    id: row.id,
    feature: toFeature(feature),
    amount: row.amount,
    remaining: row.remaining,
    lostUnits: row.lost,
    debtReduced: row.debtReduced,
    invoiceEffect: row.invoiceEffect,
    reason: row.reason,
    amendedBy: toActor(row.amendedBy),
    at: row.at,
    place: { accountId, version, operationNo },
    consumptionId: positionalId('csm', accountId, row.consumptionVersion, row.consumptionOperationNo),
  }
}

@Resolver(() => UsageAmendment)
export class UsageAmendmentResolver {
  @query(
    'Effect of an amendment of usage before it is made. Requires scope `entitlements:write`, or an operator.',
    () => UsageAmendmentPreview,
    { nullable: true },
  )
  async previewUsageAmendment(
    @Ctx() context: RequestContext,
    @arg('id', 'Consumption to amend.', () => ID) consumptionId: string,
    @arg('amount', 'Units that would still count. 0 voids it.', () => SafeInt) amount: number,
    @arg('reason', 'Reason that the amendment would have, 1–500 characters. Default: not checked.', () => String, {
      nullable: true,
    })
    reason: string | null,
  ): Promise<UsageAmendmentPreview> {
    const previewed = await previewUsageAmendment(context, { consumptionId, amount, reason })
    const { denial, returned, lost, ...effect } = previewed
    return {
      __typename: 'UsageAmendmentPreview',
      ...effect,
      lostUnits: lost,
      allowed: denial === null,
      returned: returned.map(toGrantUse),
      denial: denial && (await toDenial(context, denial)),
    }
  }

  @mutation(
    'Reduces the units of a consumption that count, by counter-entries in the ledger; 0 voids it. For 35 days, and until the period of the feature ends. Requires scope `entitlements:write`, or an operator.',
    { payload: () => UsageAmendmentPayload, moves: 'entitlements' },
  )
  amendUsage(@Ctx() context: RequestContext, @mutationArgs(() => AmendUsageArgs) input: AmendUsageArgs) {
    return unlessDenied(
      amendUsage(context, input),
      ({ amendment }) =>
        toAmendment(context, amendment) ?? denied(unknownFeature(context.catalog.current(), amendment.feature)),
    )
  }

  @fieldResolver('Returned units per source, the last deduction first. Without units that were debt.', () => [GrantUse])
  async returned(@Ctx() context: RequestContext, @Root() { place }: UsageAmendment): Promise<GrantUse[]> {
    const [entries, snapshot] = await Promise.all([
      context.loaders.operationEntries.load(place),
      snapshotOf(context, place.accountId),
    ])
    if (!snapshot) return []
    return returnedUnits(context.catalog.current(), snapshot, entries).map(toGrantUse)
  }

  @fieldResolver(
    'Consumption that was amended. Null if the catalog does not have its feature any more.',
    () => Consumption,
    {
      nullable: true,
    },
  )
  consumption(@Ctx() context: RequestContext, @Root() { consumptionId }: UsageAmendment): Promise<Consumption | null> {
    return loadConsumption(context, consumptionId)
  }
}

@Resolver(() => Consumption)
export class AmendedConsumptionResolver {
  @fieldResolver('Amendments that returned units of it, oldest first: at most 100.', () => [UsageAmendment])
  async amendments(@Ctx() context: RequestContext, @Root() { id }: Consumption): Promise<UsageAmendment[]> {
    return (await amendmentsOf(context, id)).flatMap((row) => toAmendment(context, row) ?? [])
  }

  @fieldResolver('Number of its units that still count.', () => SafeInt)
  async remaining(@Ctx() context: RequestContext, @Root() { id, amount }: Consumption): Promise<number> {
    return (await amendmentsOf(context, id)).at(-1)?.remaining ?? amount
  }
}

async function amendmentsOf({ loaders }: RequestContext, consumptionId: string): Promise<readonly UsageAmendmentRow[]> {
  const place = operationPosition(consumptionId, 'csm')
  return place ? loaders.amendments.load(place) : []
}
