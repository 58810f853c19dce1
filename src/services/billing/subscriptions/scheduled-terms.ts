import type { Sql } from '#services/kernel/database/sql.js'
import type { FetchedSubscription } from '../providers/subscription-port.js'
import type { SubscriptionUpdate } from './fetched-subscription.js'

/** The plan that the provider will switch a subscription to, seen through our prices. */
export interface ScheduledTerms {
  readonly at: Date
  /** Null for a price that is not a plan of ours. */
  readonly priceId: string | null
  readonly quantity: number
  /** Everything but the plan stays as the subscription has it now. */
  readonly keepsOthers: boolean
  /** Promotion code that the provider redeems with it. Null without one. */
  readonly promotionId: string | null
}

/** Reads the terms scheduled at the provider. Null if there are none. */
export async function scheduledTerms(
  sql: Sql,
  { provider, fetched, items }: Pick<SubscriptionUpdate, 'provider' | 'fetched' | 'items'>,
): Promise<ScheduledTerms | null> {
  const { scheduled } = fetched
  if (!scheduled) return null
  const externalIds = scheduled.lines.map((line) => line.priceExternalId)
  const plans = await sql.query
    .selectFrom('provider_price as at')
    .innerJoin('price', 'price.id', 'at.priceId')
    .innerJoin('plan', 'plan.productId', 'price.productId')
    .select(['at.externalId', 'at.priceId'])
    .where('at.provider', '=', provider)
    .where('at.externalId', 'in', externalIds)
    .execute()
  const line = scheduled.lines.find(({ priceExternalId }) => plans.some((row) => row.externalId === priceExternalId))
  const others = items.filter(({ planId }) => !planId)
  const priceId = plans.find((row) => row.externalId === line?.priceExternalId)?.priceId ?? null
  return {
    at: scheduled.at,
    priceId,
    quantity: line?.quantity ?? 0,
    promotionId: scheduled.promotionId,
    keepsOthers:
      scheduled.keepsSettings &&
      isSame(
        others,
        scheduled.lines.filter((one) => one !== line),
      ),
  }
}

type Lines = NonNullable<FetchedSubscription['scheduled']>['lines']

const isSame = (one: Lines, other: Lines): boolean => asText(one) === asText(other)

const asText = (lines: Lines): string =>
  lines
    .map(({ priceExternalId, quantity }) => `${priceExternalId} ${quantity}`)
    .sort()
    .join()
