import type { Module } from '#modules/module.js'

type Class = Function

interface ResolverMethod {
  readonly target: Class
  readonly schemaName: string
  readonly getObjectType?: () => Class
}

/** Classes and fields that decorators recorded. TypeGraphQL has no public function that returns it. */
interface Recorded {
  readonly queries: readonly ResolverMethod[]
  readonly mutations: readonly ResolverMethod[]
  readonly fieldResolvers: readonly ResolverMethod[]
  readonly resolverClasses: readonly { readonly target: Class; readonly getObjectType: () => Class }[]
  readonly objectTypes: readonly { readonly target: Class; readonly name: string }[]
  readonly interfaceTypes: Recorded['objectTypes']
}

/** Place of the module whose resolver returns a field, by type and field: `Mutation.consume`. Fields without a resolver are absent. */
export function modulesOfFields(modules: readonly Module[]): Map<string, number> {
  const { TypeGraphQLMetadataStorage: recorded } = globalThis as unknown as { TypeGraphQLMetadataStorage: Recorded }
  const places = new Map(
    modules.flatMap(({ resolvers }, place) => resolvers.map((resolver) => [resolver, place] as const)),
  )
  const typeOf = new Map(recorded.resolverClasses.map(({ target, getObjectType }) => [target, getObjectType]))
  const nameOf = new Map(
    [...recorded.objectTypes, ...recorded.interfaceTypes].map(({ target, name }) => [target, name]),
  )
  const roots = Object.entries({ Query: recorded.queries, Mutation: recorded.mutations })
  const methods = [
    ...roots.flatMap(([type, fields]) => fields.map(({ target, schemaName }) => ({ type, target, schemaName }))),
    ...recorded.fieldResolvers.map(({ target, schemaName, getObjectType = typeOf.get(target) }) => ({
      type: nameOf.get(getObjectType?.() ?? target),
      target,
      schemaName,
    })),
  ]
  return new Map(
    methods.flatMap(({ type, target, schemaName }) => {
      const place = places.get(target)
      return place === undefined ? [] : [[`${type}.${schemaName}`, place] as const]
    }),
  )
}
