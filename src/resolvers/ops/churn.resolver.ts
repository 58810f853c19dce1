import { Args, ArgsType, Ctx, Resolver } from 'type-graphql'
import { field, query } from '#schema/kernel/decorators.js'
import { TO } from '#schema/kernel/descriptions.js'
import { DateTime } from '#schema/kernel/scalars.js'
import { Churn, ChurnInterval } from '#schema/ops/analytics.type.js'
import { CHURN_DEFINITION, churn } from '#services/ops/analytics/churn.js'
import type { RequestContext } from '#context/request-context.js'

@ArgsType()
class ChurnArgs {
  @field(
    'Start of the range, inclusive (business clock). Default: thirty days before `to`; by month: the twelve months up to `to`.',
    () => DateTime,
    {
      nullable: true,
    },
  )
  from?: Date | null

  @field(TO, () => DateTime, { nullable: true })
  to?: Date | null

  @field('Points of the answer.', () => ChurnInterval, { nullable: true, defaultValue: 'RANGE' })
  by?: ChurnInterval | null
}

@Resolver()
export class ChurnResolver {
  @query('Subscriber churn of a range, or of each month in it. Requires an operator.', () => [Churn], {
    nullable: true,
  })
  async churn(@Ctx() context: RequestContext, @Args(() => ChurnArgs) args: ChurnArgs): Promise<Churn[]> {
    return (await churn(context, args)).map(({ range, ...counted }) => ({
      __typename: 'Churn',
      ...counted,
      ...range,
      definition: CHURN_DEFINITION,
    }))
  }
}
