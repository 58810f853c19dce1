import { arg } from '#schema/kernel/decorators.js'
import { ClockPayload, type Clock } from '#schema/billing/clock.type.js'
import type { Denial } from '#schema/kernel/denial.type.js'
import { Ctx, Resolver } from 'type-graphql'
import { AdvanceClockInput } from '#schema/billing/clock.type.js'
import { mutation } from '#schema/kernel/decorators.js'
import { requires } from '#schema/kernel/requires.js'
import { advanceClock } from '#services/ops/advance-clock/advance-clock.js'
import type { RequestContext } from '#context/request-context.js'
import { toDenial } from '../kernel/denial.mapper.js'

@Resolver()
export class ClockResolver {
  @mutation('Moves the business clock. Returns when all scheduled jobs have run. Sandbox only.', () => ClockPayload)
  @requires('OPS_WRITE')
  async advanceClock(
    @Ctx() context: RequestContext,
    @arg('input', 'Time to move to, or seconds to move by.', () => AdvanceClockInput) input: AdvanceClockInput,
  ): Promise<Clock | Denial> {
    const outcome = await advanceClock(context, input)
    return outcome instanceof Date
      ? { __typename: 'Clock', now: outcome, sandbox: true }
      : toDenial(context, outcome.denial)
  }
}
