import { Resolver, Root, type ClassType } from 'type-graphql'
import { fieldResolver } from '#schema/kernel/decorators.js'
import type { TypedNode } from '#schema/kernel/connection.js'
import { SafeInt } from '#schema/kernel/scalars.js'
import type { CountedOnDemand } from './page.mapper.js'

/**
 * Makes the resolver of `totalCount` of a connection: the items are counted only if it is selected.
 * @param total description of `totalCount`
 */
export function countedResolver(connection: ClassType, total: string): ClassType {
  @Resolver(() => connection)
  class CountedResolver {
    @fieldResolver(total, () => SafeInt)
    totalCount(@Root() page: CountedOnDemand<TypedNode>): Promise<number> {
      return page.countAll()
    }
  }
  return CountedResolver
}
