import { isObjectType, Kind, type GraphQLFieldResolver, type GraphQLNamedType, type GraphQLResolveInfo } from 'graphql'
import { ArgsType, Int, type ClassType } from 'type-graphql'
import { bothDirections } from '#services/kernel/paging/page.js'
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

/**
 * Makes the lists of a type that can be read from both ends reject `first` with `last` or `before`. The resolvers cannot: `first` has a
 * default, and only the operation shows whether a client states it.
 */
export function rejectBothDirections(type: GraphQLNamedType): void {
  if (!isObjectType(type)) return
  for (const field of Object.values(type.getFields())) {
    const names = field.args.map(({ name }) => name)
    if (!names.includes('first') || !names.includes('last')) continue
    const resolve = field.resolve as GraphQLFieldResolver<unknown, unknown, TwoWayPageArgs>
    field.resolve = (source, args: TwoWayPageArgs, context, info) => {
      const isBackward = (args.last ?? args.before ?? null) !== null
      if (isBackward && (args.first ?? null) !== null && states(info, 'first')) throw bothDirections(args)
      return resolve(source, args, context, info)
    }
  }
}

/** Returns true if the operation has a value for an argument, and not only its default. */
function states({ fieldNodes, variableValues }: GraphQLResolveInfo, name: string): boolean {
  const value = fieldNodes[0]!.arguments?.find((argument) => argument.name.value === name)?.value
  return value !== undefined && (value.kind !== Kind.VARIABLE || Object.hasOwn(variableValues, value.name.value))
}
