import { createHash } from 'node:crypto'
import { inspect } from 'node:util'
import {
  getNullableType,
  GraphQLError,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  lexicographicSortSchema,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql'

interface Source {
  readonly seed: string
}
type Resolver = GraphQLFieldResolver<Source | undefined, object>

const SCALARS: Readonly<Record<string, (seed: number) => unknown>> = {
  Boolean: (seed) => seed % 2 === 0,
  Int: (seed) => seed,
  Float: (seed) => seed / 8,
  SafeInt: (seed) => seed * 1_000_003,
  JSON: (seed) => ({ __proto__: null, seed, items: [seed, null] }),
  DateTime: (seed) => new Date(Date.UTC(2026, 0, 1) + seed * 1000),
  CurrencyCode: () => 'USD',
  Decimal: (seed) => String(seed),
  EmailAddress: (seed) => `user${seed}@example.com`,
  URL: (seed) => `https://example.com/${seed}`,
}

/**
 * A schema of the same types whose resolvers return values that follow from the arguments of their field and of those above it: two
 * executions return the same only if each resolver received the same. Some values are null, errors, promises, or wrong.
 */
export function echoSchema(original: GraphQLSchema): GraphQLSchema {
  // A copy: its fields can be changed.
  const schema = lexicographicSortSchema(original)
  for (const type of Object.values(schema.getTypeMap()))
    if (isObjectType(type) && !type.name.startsWith('__'))
      for (const field of Object.values(type.getFields())) {
        field.resolve = echo as typeof field.resolve
        if (type === schema.getSubscriptionType()) field.subscribe = once as typeof field.subscribe
      }
  return schema

  function valueOf(type: GraphQLOutputType, seed: string): unknown {
    const number = numberOf(seed)
    if (!isNonNullType(type) && number % 9 === 0) return null
    if (isNonNullType(type) && number % 211 === 0) return undefined
    const bare = getNullableType(type)
    if (isListType(bare)) return Array.from({ length: number % 4 }, (_, at) => valueOf(bare.ofType, `${seed}[${at}]`))
    if (isObjectType(bare)) return { seed: hashOf(seed) }
    if (isAbstractType(bare)) {
      const members = schema.getPossibleTypes(bare)
      return { seed: hashOf(seed), __typename: members[number % members.length]!.name }
    }
    if (number % 97 === 0) return {}
    if (isEnumType(bare)) return bare.getValues()[number % bare.getValues().length]!.value
    return SCALARS[bare.name]?.(number) ?? `${bare.name} ${number}`
  }

  function echo(...[source, args, , { fieldName, returnType }]: Parameters<Resolver>): unknown {
    const seed = `${source?.seed ?? ''} ${fieldName} ${inspect(args, { depth: null, breakLength: Infinity })}`
    const number = numberOf(`${seed} outcome`)
    const result = (): unknown => {
      if (number % 43 === 0) throw new GraphQLError('Denied.', { extensions: { code: 'FORBIDDEN' } })
      if (number % 67 === 0) throw new Error('A fault')
      return valueOf(returnType, seed)
    }
    return number % 3 === 0 ? Promise.resolve().then(result) : result()
  }

  async function* once(...[, args, , { fieldName }]: Parameters<Resolver>): AsyncGenerator<Source> {
    yield { seed: hashOf(`${fieldName} ${inspect(args, { depth: null })}`) }
  }
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16)
const numberOf = (seed: string): number => Number.parseInt(hashOf(seed).slice(0, 6), 16)
