import { ArgsType, Int, type ClassType } from 'type-graphql'
import { field } from './decorators.js'

/** Which page of a list is asked for. Null counts as left out, so resolvers supply the default again. */
export interface PageArgs {
  first?: number | null
  after?: string | null
}

/** Makes the described `first` and `after` arguments of a connection, for `@Args(() => …)`. */
export function pageArgs(defaultFirst: number): ClassType<PageArgs> {
  @ArgsType()
  class ConnectionArgs implements PageArgs {
    @field('Maximum number of items, from 0 to 100.', () => Int, { nullable: true, defaultValue: defaultFirst })
    first?: number | null

    @field('A cursor of the same list: the page begins behind it. Left out: at the beginning.', () => String, {
      nullable: true,
    })
    after?: string | null
  }
  return ConnectionArgs
}
