import { arg } from '#schema/kernel/decorators.js'
import { ClockPayload, AdvanceClockInput } from '#schema/kernel/clock.type.js'
import { Ctx, Resolver } from 'type-graphql'
import { advanceClock } from '#services/ops/advance-clock/advance-clock.js'
import type { RequestContext } from '#context/request-context.js'
import { mutation } from '../kernel/mutation.js'

@Resolver()
export class ClockResolver {
  @mutation('Moves the business clock. Returns when all scheduled jobs have run. Sandbox only.', {
    payload: () => ClockPayload,
    permission: 'OPS_WRITE',
    moves: { nothing: 'moves the clock of the sandbox' },
    repeats: 'Sandbox only. `to` names the time; `bySeconds` is typed by a person.',
  })
  async advanceClock(
    @Ctx() context: RequestContext,
    @arg('input', 'Time to move to, or seconds to move by.', () => AdvanceClockInput) input: AdvanceClockInput,
  ) {
    const outcome = await advanceClock(context, input)
    if (outcome.kind === 'denied') return outcome
    return { clock: { __typename: 'Clock', now: outcome.now, sandbox: true } as const, failures: outcome.failures }
  }
}
