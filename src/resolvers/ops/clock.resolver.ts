import { arg } from '#schema/kernel/decorators.js'
import { ClockPayload } from '#schema/kernel/clock.type.js'
import { Ctx, Resolver } from 'type-graphql'
import { AdvanceClockInput } from '#schema/kernel/clock.type.js'
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
  ) {
    const outcome = await advanceClock(context, input)
    if (outcome.kind === 'denied') return toDenial(context, outcome.denial)
    return { clock: { __typename: 'Clock', now: outcome.now, sandbox: true } as const, failures: outcome.failures }
  }
}
