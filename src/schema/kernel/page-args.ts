import { ArgsType, Int, type ClassType } from 'type-graphql'
import { field } from './decorators.js'
import { AFTER, BEFORE, FIRST, LAST } from './descriptions.js'

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

/** Page of a list that can be read from both ends. */
export interface TwoWayPageArgs extends PageArgs {
  last?: number | null
  before?: string | null
}

/** Makes the described arguments of a connection that can also be read backward: logs, for example. */
export function twoWayPageArgs(defaultFirst: number): ClassType<TwoWayPageArgs> {
  @ArgsType()
  class TwoWayConnectionArgs extends pageArgs(defaultFirst) implements TwoWayPageArgs {
    @field(LAST, () => Int, { nullable: true })
    last?: number | null

    @field(BEFORE, () => String, { nullable: true })
    before?: string | null
  }
  return TwoWayConnectionArgs
}
