import { Args, ArgsType, Ctx, Resolver } from 'type-graphql'
import { field, query } from '#schema/kernel/decorators.js'
import { TO } from '#schema/kernel/descriptions.js'
import { DateTime } from '#schema/kernel/scalars.js'
import { Churn } from '#schema/ops/analytics.type.js'
import { CHURN_DEFINITION, churn } from '#services/ops/analytics/churn.js'
import type { RequestContext } from '#context/request-context.js'

@ArgsType()
class ChurnArgs {
  @field('Start of the range, inclusive (business clock). Default: thirty days before `to`.', () => DateTime, {
    nullable: true,
  })
  from?: Date | null

  @field(TO, () => DateTime, { nullable: true })
  to?: Date | null
}

@Resolver()
export class ChurnResolver {
  @query('Subscriber churn in a range. Requires an operator.', () => Churn, { nullable: true })
  async churn(@Ctx() context: RequestContext, @Args(() => ChurnArgs) args: ChurnArgs): Promise<Churn> {
    const { range, ...counted } = await churn(context, args)
    return { __typename: 'Churn', ...counted, ...range, definition: CHURN_DEFINITION }
  }
}
