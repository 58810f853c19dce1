import { Args, ArgsType, Ctx, Resolver } from 'type-graphql'
import { field, query } from '#schema/kernel/decorators.js'
import { TO } from '#schema/kernel/descriptions.js'
import { DateTime } from '#schema/kernel/scalars.js'
import { RevenueInterval, RevenuePoint } from '#schema/ops/analytics.type.js'
import { revenue } from '#services/ops/analytics/revenue.js'
import type { RequestContext } from '#context/request-context.js'
import { toMoney } from '../kernel/price.mapper.js'

@ArgsType()
class RevenueArgs {
  @field('Start of the range, inclusive (business clock). Default: one year before `to`.', () => DateTime, {
    nullable: true,
  })
  from?: Date | null

  @field(TO, () => DateTime, { nullable: true })
  to?: Date | null

  @field('Interval of the points.', () => RevenueInterval, { nullable: true, defaultValue: RevenueInterval.DAY })
  by?: RevenueInterval | null
}

@Resolver()
export class RevenueResolver {
  @query(
    'Revenue over time for each currency with sales in the range. Periods without sales are zero. Requires an operator.',
    () => [RevenuePoint],
    { nullable: true },
  )
  async revenue(@Ctx() context: RequestContext, @Args(() => RevenueArgs) args: RevenueArgs): Promise<RevenuePoint[]> {
    return (await revenue(context, args)).map(
      ({ begins, ends, currency, purchases, revenueMinor, grossMinor, reversedMinor }) => {
        const money = (amountMinor: number) => toMoney({ amountMinor, currency })
        return {
          __typename: 'RevenuePoint',
          from: begins,
          to: ends,
          currency,
          purchases,
          revenue: money(revenueMinor),
          gross: money(grossMinor),
          reversed: money(reversedMinor),
        }
      },
    )
  }
}
