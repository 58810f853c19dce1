import { Ctx, Resolver } from 'type-graphql'
import type { RequestContext } from '#context/request-context.js'
import { mutation } from '#resolvers/kernel/mutation.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import { greetProbe } from './greet-probe.js'
import { GreetProbeArgs, ProbeGreetingPayload } from './greet-probe.type.js'

@Resolver()
export class GreetProbeResolver {
  @mutation('Publishes an event with a greeting.', {
    payload: () => ProbeGreetingPayload,
    permission: 'OPS_WRITE',
    moves: { nothing: 'greets' },
  })
  greetProbe(@Ctx() context: RequestContext, @mutationArgs(() => GreetProbeArgs) input: GreetProbeArgs) {
    return greetProbe(context, input)
  }
}
