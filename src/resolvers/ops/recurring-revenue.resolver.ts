import { Args, ArgsType, Ctx, Resolver } from 'type-graphql'
import { field, query } from '#schema/kernel/decorators.js'
import { TO } from '#schema/kernel/descriptions.js'
import { DateTime } from '#schema/kernel/scalars.js'
import { RevenueInterval } from '#schema/ops/analytics.type.js'
import { RecurringRevenuePoint, TrialConversionPoint } from '#schema/ops/recurring-revenue.type.js'
import { roundedQuotient } from '#services/kernel/money/rounded-quotient.js'
import {
  RECURRING_DEFINITION,
  recurringRevenue,
  type RecurringMovement,
} from '#services/ops/analytics/recurring-revenue.js'
import { trialConversion } from '#services/ops/analytics/trial-conversion.js'
import type { RequestContext } from '#context/request-context.js'
import { toPlan } from '../catalog/plan.mapper.js'
import { toMoney } from '../kernel/price.mapper.js'

const MONTHS = 12

@ArgsType()
class SeriesArgs {
  @field(
    'Start of the range, inclusive (business clock). Default: the twelve months, or thirty days, up to `to`.',
    () => DateTime,
    { nullable: true },
  )
  from?: Date | null

  @field(TO, () => DateTime, { nullable: true })
  to?: Date | null

  @field('Interval of the points.', () => RevenueInterval, { nullable: true, defaultValue: RevenueInterval.MONTH })
  by?: RevenueInterval | null
}

@ArgsType()
class RecurringRevenueArgs extends SeriesArgs {
  @field(
    'Whether each plan has its own points. A change of plan is then a contraction of one and an expansion of the other.',
    () => Boolean,
    { nullable: true, defaultValue: false },
  )
  byPlan?: boolean | null
}

@Resolver()
export class RecurringRevenueResolver {
  @query(
    'Recurring revenue with its movements over time, for each currency with subscriptions. Requires an operator.',
    () => [RecurringRevenuePoint],
    { nullable: true },
  )
  async recurringRevenue(
    @Ctx() context: RequestContext,
    @Args(() => RecurringRevenueArgs) args: RecurringRevenueArgs,
  ): Promise<RecurringRevenuePoint[]> {
    const { planById } = context.catalog.current()
    return (await recurringRevenue(context, args)).map((point) => {
      const { currency, closingMinor, openingMinor, accounts, planId } = point
      const money = (yearlyMinor: number, parts = 1) =>
        toMoney({ amountMinor: roundedQuotient(yearlyMinor, parts), currency })
      const movement = ({ yearlyMinor, accounts: accountCount }: RecurringMovement) => ({
        __typename: 'RecurringMovement' as const,
        mrr: money(yearlyMinor, MONTHS),
        arr: money(yearlyMinor),
        accountCount,
      })
      const plan = planById.get(planId ?? '')
      return {
        __typename: 'RecurringRevenuePoint',
        ...point.range,
        currency,
        plan: plan ? toPlan(plan) : null,
        mrr: money(closingMinor, MONTHS),
        arr: money(closingMinor),
        mrrAtStart: money(openingMinor, MONTHS),
        arrAtStart: money(openingMinor),
        new: movement(point.new),
        expansion: movement(point.expansion),
        contraction: movement(point.contraction),
        churned: movement(point.churned),
        reactivated: movement(point.reactivated),
        accountCount: accounts,
        arpu: accounts === 0 ? null : money(closingMinor, MONTHS * accounts),
        definition: RECURRING_DEFINITION,
      }
    })
  }
}

@Resolver()
export class TrialConversionResolver {
  @query(
    'Outcome of trials over time, by the period in which they started. Requires an operator.',
    () => [TrialConversionPoint],
    {
      nullable: true,
    },
  )
  async trialConversion(
    @Ctx() context: RequestContext,
    @Args(() => SeriesArgs) args: SeriesArgs,
  ): Promise<TrialConversionPoint[]> {
    return (await trialConversion(context, args)).map(({ range, started, converted, running, lost, rate }) => ({
      __typename: 'TrialConversionPoint',
      ...range,
      startedCount: started,
      convertedCount: converted,
      runningCount: running,
      lostCount: lost,
      conversionRate: rate,
    }))
  }
}
