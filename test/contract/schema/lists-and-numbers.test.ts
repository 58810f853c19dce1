import { readFileSync } from 'node:fs'
import {
  buildSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedOutputType,
  type GraphQLSchema,
  type GraphQLType,
} from 'graphql'

const printed = buildSchema(readFileSync('src/schema/schema.graphql', 'utf8'))

interface Output {
  readonly coordinate: string
  readonly name: string
  readonly type: GraphQLNamedOutputType
}

function outputsOf(schema: GraphQLSchema): Output[] {
  return Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) || isInterfaceType(type))
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((owner) =>
      Object.values(owner.getFields()).map(({ name, type }) => ({
        coordinate: `${owner.name}.${name}`,
        name,
        type: getNamedType(type),
      })),
    )
}

/** Numbers that a limit of their own keeps far below 2^31: none counts rows. */
const BOUNDED =
  /^(?:max[A-Z]\w*|requestsPerMinute|\w*[pP]ercents?|\w+Seconds|\w*[dD]ays\w*|\w*StatusCode|statusCode|priority|rank|index|attempt|number|version|templateVersion|periods|expMonth|expYear)$/

/** Remedies have the quantity that the input of a mutation takes: 1–10,000. Intervals are those of prices. */
const REQUESTED = /^(?:(?:Remedy|\w+Action|InvoiceLine)\.quantity|Interval\.count)$/

/** Outputs of the type `Int` that can exceed it, and inputs that count. */
function unsafeNumbers(schema: GraphQLSchema): string[] {
  const outputs = outputsOf(schema).filter(
    ({ coordinate, name, type }) => type.name === 'Int' && !BOUNDED.test(name) && !REQUESTED.test(coordinate),
  )
  const inputs = Object.values(schema.getTypeMap())
    .filter(isInputObjectType)
    .flatMap((input) =>
      Object.values(input.getFields())
        .filter(({ name, type }) => getNamedType(type).name === 'Int' && name.endsWith('Count'))
        .map(({ name }) => ({ coordinate: `${input.name}.${name}` })),
    )
  return [...outputs, ...inputs].map(({ coordinate }) => coordinate)
}

/** Custom scalars whose values no specification describes. */
const unspecifiedScalars = (schema: GraphQLSchema) =>
  Object.values(schema.getTypeMap())
    .filter(isScalarType)
    .filter((type) => !isSpecifiedScalarType(type) && type.specifiedByURL == null)
    .map(({ name }) => name)

const isNode = (type: GraphQLNamedOutputType) =>
  isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'Node')

/** Connections of nodes without edges or with an edge of their own, and edges of items that no client can read again. */
const pagesWithWrongEdges = (schema: GraphQLSchema) =>
  Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter(({ name }) => name.endsWith('Connection'))
    .filter((type) => {
      const { nodes, edges } = type.getFields()
      const expected = isNode(getNamedType(nodes!.type)) ? '[Edge!]!' : undefined
      return edges?.type.toString() !== expected
    })
    .map(({ name }) => name)

/**
 * Lists that are not `[X!]!`. Null is an operation that is refused, or what a payload or a preview has only without a denial; lists by the IDs
 * of a request have null for what does not exist. Fields with a permission of their own, or an error of their own, say so.
 */
const nullableLists = (schema: GraphQLSchema) =>
  Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) || isInterfaceType(type))
    .filter((type) => !type.name.startsWith('__') && !isRoot(schema, type.name) && !('denial' in type.getFields()))
    .flatMap((owner) =>
      Object.values(owner.getFields())
        .filter(({ type }) => isListType(getNullableType(type)) && !/^\[.*!\]!$/.test(String(type)))
        .filter(({ astNode, description }) => {
          const isRefused = astNode?.directives?.some(({ name }) => name.value === 'requires')
          return !isRefused && !/Null, with an error,/.test(description ?? '')
        })
        .map(({ name }) => `${owner.name}.${name}`),
    )

const isRoot = (schema: GraphQLSchema, name: string): boolean =>
  [schema.getQueryType(), schema.getMutationType()].some((root) => root?.name === name)

/** Orders with another word for the newest, and orders by time alone, which are the argument `reverse`. */
const wrongOrders = (schema: GraphQLSchema) =>
  Object.values(schema.getTypeMap())
    .filter(isEnumType)
    .filter(({ name }) => name.endsWith('Order'))
    .filter((type) => {
      const names = type.getValues().map(({ name }) => name)
      const others = names.filter((name) => name !== 'NEWEST' && name !== 'OLDEST')
      return others.length === 0 || names.some((name) => /RECENT|_FIRST$/.test(name))
    })
    .map(({ name }) => name)

/** Numbers of outputs, arguments and inputs whose name matches. */
function numbersNamed(schema: GraphQLSchema, pattern: RegExp): string[] {
  const numbers = new Set(['Int', 'Float', 'SafeInt', 'Decimal'])
  const isWrong = ({ name, type }: { name: string; type: GraphQLType }) =>
    numbers.has(getNamedType(type).name) && pattern.test(name)
  return Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) || isInterfaceType(type) || isInputObjectType(type))
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((owner) =>
      Object.values(owner.getFields()).flatMap((field: GraphQLField<unknown, unknown> | GraphQLInputField) => [
        ...(isWrong(field) ? [`${owner.name}.${field.name}`] : []),
        ...('args' in field ? field.args.filter(isWrong).map(({ name }) => `${owner.name}.${field.name}.${name}`) : []),
      ]),
    )
}

/** Durations in another unit than seconds, or without one. Periods of the calendar are days or intervals. */
const OTHER_DURATIONS = /(?:Ms|Millis|Milliseconds|Secs|Minutes|[dD]uration|[tT]imeout)$/

/** Shares in another unit than percent. */
const OTHER_SHARES = /(?:Pct|BasisPoints|[rR]atio|Rate|Share|Fraction)$/

describe('numbers of the schema', () => {
  it('are seconds if they are durations, and say so', () => {
    expect(numbersNamed(printed, OTHER_DURATIONS)).toEqual([])
    const wrong = buildSchema(
      'type Query { waitMs: Int! waitSeconds: Int! calls(timeout: Float): Int! } input Stop { probeTimeout: Int }',
    )
    expect(numbersNamed(wrong, OTHER_DURATIONS)).toEqual(['Query.waitMs', 'Query.calls.timeout', 'Stop.probeTimeout'])
  })

  it('are percent if they are shares, and say so', () => {
    expect(numbersNamed(printed, OTHER_SHARES)).toEqual([])
    const wrong = buildSchema('type Query { cpuPct: Float! cpuPercent: Float! } input Sale { shareBasisPoints: Int }')
    expect(numbersNamed(wrong, OTHER_SHARES)).toEqual(['Query.cpuPct', 'Sale.shareBasisPoints'])
  })

  it('are of the type SafeInt unless a limit of their own is far below 2^31', () => {
    expect(unsafeNumbers(printed)).toEqual([])
    expect(
      unsafeNumbers(
        buildSchema(
          'type Query { rank: Int! totalCount: Int! sizes: [Int!]! } input Size { lineCount: Int rank: Int }',
        ),
      ),
    ).toEqual(['Query.totalCount', 'Query.sizes', 'Size.lineCount'])
  })

  it('have scalars that a specification describes', () => {
    expect(unspecifiedScalars(printed).filter((name) => !name.startsWith('_'))).toEqual([])
    expect(unspecifiedScalars(buildSchema('type Query { size: Size } scalar Size'))).toEqual(['Size'])
  })
})

describe('pages of the schema', () => {
  it('have edges of the one type if their items are nodes, and only then', () => {
    expect(pagesWithWrongEdges(printed)).toEqual([])
    const wrong = buildSchema(`
      type Query { logs: LogConnection plans: PlanConnection users: UserConnection accounts: AccountConnection }
      interface Node { id: ID! }
      type Plan implements Node { id: ID! }
      type PlanConnection { nodes: [Plan!]! }
      type Log { text: String! }
      type LogConnection { nodes: [Log!]! edges: [Edge!]! }
      type Edge { cursor: String! node: Node! }
      type UserEdge { cursor: String! node: Plan! }
      type UserConnection { nodes: [Plan!]! edges: [UserEdge!]! }
      type AccountConnection { nodes: [Plan!]! edges: [Edge!]! }
    `)
    expect(pagesWithWrongEdges(wrong).toSorted()).toEqual(['LogConnection', 'PlanConnection', 'UserConnection'])
  })
})

describe('lists of the schema', () => {
  it('are [X!]!, except those that a refusal or a denial leaves out', () => {
    expect(nullableLists(printed)).toEqual([])
    const wrong = buildSchema(`
      type Query { plans: [Plan!] }
      type Plan { codes: [String!] names: [String]! prices: [Int!]! }
      type PlanPayload { plans: [Plan!] denial: Denial }
      type Denial { message: String! }
    `)
    expect(nullableLists(wrong)).toEqual(['Plan.codes', 'Plan.names'])
  })
})

/** Arguments of a page beside its direction, its filter and its order. */
const pageArguments = (schema: GraphQLSchema) =>
  Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((owner) =>
      Object.values(owner.getFields())
        .filter(({ type }) => getNamedType(type).name.endsWith('Connection'))
        .flatMap(({ name, args }) => args.map((one) => ({ coordinate: `${owner.name}.${name}(${one.name})`, ...one }))),
    )

/** Pages of metrics take what they compute. */
const COMPUTED = /\.metrics\(/

/** Conditions outside `filter`: an argument of its own scopes a page by IDs, codes, values of an enum or a range of time. */
function conditionsOutsideFilters(schema: GraphQLSchema): string[] {
  const isScope = ({ name, type }: { name: string; type: GraphQLType }): boolean => {
    const named = getNamedType(type)
    return named.name === 'ID' || isEnumType(named) || named.name === 'String' || /^(?:from|to)$/.test(name)
  }
  const ofPages = /^(?:first|last|after|before|filter|orderBy|reverse|limit|offset)$/
  return pageArguments(schema)
    .filter((one) => !COMPUTED.test(one.coordinate) && !ofPages.test(one.name) && !isScope(one))
    .map(({ coordinate }) => coordinate)
}

describe('pages of the schema', () => {
  it('have their conditions in a filter', () => {
    expect(conditionsOutsideFilters(printed)).toEqual([])
    const wrong = buildSchema(
      'type Query { runs(first: Int, hasDrift: Boolean, plans: [String!], minCount: Int): RunConnection } type RunConnection { id: ID }',
    )
    expect(conditionsOutsideFilters(wrong)).toEqual(['Query.runs(hasDrift)', 'Query.runs(minCount)'])
  })
})

describe('orders of the schema', () => {
  it('say NEWEST, and have another criterion than the time', () => {
    expect(wrongOrders(printed)).toEqual([])
    const wrong = buildSchema(
      'type Query { a: AOrder b: BOrder } enum AOrder { NEWEST OLDEST } enum BOrder { NAME NEWEST_FIRST }',
    )
    expect(wrongOrders(wrong)).toEqual(['AOrder', 'BOrder'])
  })
})
