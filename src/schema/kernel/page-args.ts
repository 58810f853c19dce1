import { ArgsType, Int, type ClassType } from 'type-graphql'
import { field } from './decorators.js'
import { AFTER, FIRST } from './descriptions.js'

/** Page of a list. Null counts as omitted, so resolvers supply the default again. */
export interface PageArgs {
  first?: number | null
  after?: string | null
}

/** Makes the described `first` and `after` arguments of a connection, for `@Args(() => …)`. */
export function pageArgs(defaultFirst: number): ClassType<PageArgs> {
  @ArgsType()
  class ConnectionArgs implements PageArgs {
    @field(FIRST, () => Int, { nullable: true, defaultValue: defaultFirst })
    first?: number | null

    @field(AFTER, () => String, {
      nullable: true,
    })
    after?: string | null
  }
  return ConnectionArgs
}
