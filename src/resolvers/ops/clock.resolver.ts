import { Ctx, Resolver } from 'type-graphql'
import { AdvanceClockInput, Clock } from '#schema/billing/clock.type.js'
import { arg, mutation } from '#schema/kernel/decorators.js'
import { advanceClock } from '#services/ops/advance-clock/advance-clock.js'
import type { RequestContext } from '#context/request-context.js'

@Resolver()
export class ClockResolver {
  @mutation(
    'Moves the business clock. Returns when all scheduled jobs have run. Sandbox only; requires an operator.',
    () => Clock,
  )
  async advanceClock(
    @Ctx() context: RequestContext,
    @arg('input', 'Target of the clock.', () => AdvanceClockInput) input: AdvanceClockInput,
  ): Promise<Clock> {
    return { __typename: 'Clock', now: await advanceClock(context, input), sandbox: true }
  }
}
