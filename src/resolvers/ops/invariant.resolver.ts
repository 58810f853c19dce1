import { Ctx, Resolver } from 'type-graphql'
import { query } from '#schema/kernel/decorators.js'
import { requires } from '#schema/kernel/requires.js'
import { Invariant } from '#schema/ops/invariant.type.js'
import { invariants } from '#services/ops/invariants/invariants.js'
import type { Invariant as Found } from '#services/ops/invariants/rules/invariant.js'
import type { RequestContext } from '#context/request-context.js'

export const toInvariant = ({ checked, ...invariant }: Found): Invariant => ({
  __typename: 'Invariant',
  ...invariant,
  checkedCount: checked,
})

@Resolver()
export class InvariantResolver {
  @query('Invariants, checked now against one state of the database.', () => [Invariant], {
    nullable: true,
  })
  @requires('OPS_READ')
  async invariants(@Ctx() context: RequestContext): Promise<Invariant[]> {
    return (await invariants(context)).map(toInvariant)
  }
}
