import { Ctx, Resolver } from 'type-graphql'
import { AdvanceClockInput, Clock } from '../../schema/billing/clock.type.js'
import { arg, mutation } from '../../schema/kernel/decorators.js'
import { advanceClock } from '../../services/ops/advance-clock/advance-clock.js'
import type { RequestContext } from '../../context/request-context.js'

@Resolver()
export class ClockResolver {
  @mutation(
    'Sandbox only, for operators: moves the business clock; answers when all that fell due is settled.',
    () => Clock,
  )
  async advanceClock(
    @Ctx() context: RequestContext,
    @arg('input', 'How far to move it.', () => AdvanceClockInput) input: AdvanceClockInput,
  ): Promise<Clock> {
    return { __typename: 'Clock', now: await advanceClock(context, input), sandbox: true }
  }
}
