import { Ctx, Resolver } from 'type-graphql'
import { query } from '#schema/kernel/decorators.js'
import { requires } from '#schema/kernel/requires.js'
import { Invariant } from '#schema/ops/invariant.type.js'
import { invariants, type CheckedInvariant } from '#services/ops/invariants/invariants.js'
import type { RequestContext } from '#context/request-context.js'

export const toInvariant = ({ checked, ...invariant }: CheckedInvariant): Invariant => ({
  __typename: 'Invariant',
  ...invariant,
  checkedCount: checked,
})

@Resolver()
export class InvariantResolver {
  @query(
    'Invariants with the results of their last check. A check begins ten minutes after the one before. Empty before the first check.',
    () => [Invariant],
    {
      nullable: true,
    },
  )
  @requires('OPS_READ')
  async invariants(@Ctx() context: RequestContext): Promise<Invariant[]> {
    return (await invariants(context)).map(toInvariant)
  }
}
