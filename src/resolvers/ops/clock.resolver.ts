import { Ctx, Resolver } from 'type-graphql'
import { AdvanceClockInput, AdvanceClockResult } from '#schema/billing/clock.type.js'
import type { Refused } from '#schema/kernel/refused.type.js'
import { arg, mutation } from '#schema/kernel/decorators.js'
import { advanceClock } from '#services/ops/advance-clock/advance-clock.js'
import type { RequestContext } from '#context/request-context.js'
import { toDenial } from '../kernel/denial.mapper.js'

@Resolver()
export class ClockResolver {
  @mutation(
    'Moves the business clock. Returns when all scheduled jobs have run. Sandbox only; requires an operator.',
    () => AdvanceClockResult,
  )
  async advanceClock(
    @Ctx() context: RequestContext,
    @arg('input', 'Target of the clock.', () => AdvanceClockInput) input: AdvanceClockInput,
  ): Promise<AdvanceClockResult> {
    const outcome = await advanceClock(context, input)
    return outcome instanceof Date
      ? { __typename: 'Clock', now: outcome, sandbox: true }
      : toDenial<Refused>(context, outcome.denial)
  }
}
