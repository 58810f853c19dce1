import { readFileSync } from 'node:fs'
import {
  buildSchema,
  execute,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  isScalarType,
  Kind,
  parse,
  print,
  validate,
  type DocumentNode,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql'
import { mayHoldList } from '#edge/graphql/listed-items.js'
import { OperationCost, type Variables } from '#edge/graphql/operation-cost.js'
import { checkQueryLimits } from '#edge/graphql/query-limits.js'
import { defaultLimits } from '#edge/options.js'
import { declareCosts } from '#schema/kernel/costs.js'
import { cheapest } from '#test/support/cost.js'
import { createSeededRandom } from '#test/support/seeded-random.js'

/** Above it, an execution of all items would take too long. */
const MAX_EXECUTED = 30_000
const PAGES = new Set(['first', 'last', 'limit'])
const schema = buildSchema(readFileSync('src/schema/schema.graphql', 'utf8'), { assumeValid: true })
declareCosts(schema)

const operationOf = (document: DocumentNode) =>
  document.definitions.find((one): one is OperationDefinitionNode => one.kind === Kind.OPERATION_DEFINITION)!
const costOf = (document: DocumentNode, variables: Variables, of: GraphQLSchema = schema) =>
  new OperationCost(of, document, operationOf(document)).for(variables)

interface Variable {
  readonly type: string
  readonly fallback: string | undefined
  readonly values: readonly unknown[]
}

/** Makes a valid random query of the schema, with fragments, merged fields, conditions and variables. */
class RandomQuery {
  readonly variables = new Map<string, Variable>()
  private readonly fragments: string[] = []
  /** Arguments by place and name, so that fields of one name can be merged. */
  private readonly heads = new Map<string, string>()
  /** The object type that stands for each abstract type. */
  readonly objects = new Map<string, string>()

  constructor(
    private readonly next: () => number,
    /** True if conditions and pages can be null. */
    private readonly nulls: boolean,
  ) {}

  text(): string {
    const selection = this.selection(schema.getQueryType()!, '', 0)
    const definitions = [...this.variables].map(
      ([name, { type, fallback }]) => `$${name}: ${type}${fallback === undefined ? '' : ` = ${fallback}`}`,
    )
    return `query Random ${definitions.length > 0 ? `(${definitions.join(', ')})` : ''} ${selection} ${this.fragments.join(' ')}`
  }

  /** Values of the variables: some are left out. */
  values(): Record<string, unknown> {
    const given = [...this.variables].flatMap(([name, { values, type, fallback }]) => {
      const canBeAbsent = !type.endsWith('!') || fallback !== undefined
      return canBeAbsent && this.chance(0.35) ? [] : [[name, this.pick(values)] as const]
    })
    return Object.fromEntries(given)
  }

  private chance(share: number): boolean {
    return this.next() < share
  }

  private pick<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.next() * items.length)]!
  }

  private selection(type: GraphQLCompositeType, path: string, depth: number): string {
    const parts: string[] = []
    const count = 1 + Math.floor(this.next() * 3)
    for (let index = 0; index < count; index += 1) parts.push(this.part(type, path, depth))
    return `{ ${parts.join(' ')} }`
  }

  private part(type: GraphQLCompositeType, path: string, depth: number): string {
    if (isAbstractType(type)) {
      const object = this.objectOf(type)
      return this.chance(0.3) ? '__typename' : `... on ${object.name} ${this.selection(object, path, depth)}`
    }
    const part = this.field(type, path, depth)
    if (this.chance(0.15)) return `... ${this.condition()} { ${part} ${this.chance(0.5) ? part : ''} }`
    if (!this.chance(0.2)) return part
    const name = `F${this.fragments.length}`
    this.fragments.push(`fragment ${name} on ${type.name} { ${part} }`)
    const spreads = Array.from({ length: 1 + Math.floor(this.next() * 2) }, () => `...${name} ${this.condition()}`)
    return `${spreads.join(' ')} ...${name}`
  }

  private field(type: GraphQLCompositeType, path: string, depth: number): string {
    if (!isObjectType(type)) return '__typename'
    const fields = Object.values(type.getFields()).filter((each) => depth < 5 || isLeafType(getNamedType(each.type)))
    if (fields.length === 0 || this.chance(0.05)) return '__typename'
    const connection = depth < 5 && this.chance(0.5) ? fields.filter(({ args }) => args.length > 0) : []
    const field = this.pick(connection.length > 0 ? connection : fields)
    const alias = this.chance(0.2) ? `other_${field.name}` : field.name
    const place = `${path}/${type.name}.${alias}`
    const head =
      this.heads.get(place) ?? `${alias === field.name ? '' : `${alias}: `}${field.name}${this.arguments(field)}`
    this.heads.set(place, head)
    const named = getNamedType(field.type)
    if (!isCompositeType(named)) return `${head} ${this.condition()}`
    return `${head} ${this.condition()} ${this.selection(named, place, depth + 1)}`
  }

  private objectOf(type: GraphQLCompositeType) {
    const objects = isAbstractType(type) ? schema.getPossibleTypes(type) : []
    const name = this.objects.get(type.name) ?? this.pick(objects).name
    this.objects.set(type.name, name)
    return objects.find((each) => each.name === name)!
  }

  private condition(): string {
    if (!this.chance(0.2)) return ''
    const kind = this.pick(['skip', 'include'])
    if (this.chance(0.3)) return `@${kind}(if: ${this.pick(['true', 'false'])})`
    const fallback = this.pick(['true', 'false'])
    const values = [true, false, ...(this.nulls ? [null] : [])]
    const name = this.variable(
      this.nulls || this.chance(0.5)
        ? { type: 'Boolean', fallback, values }
        : { type: 'Boolean!', fallback: undefined, values: [true, false] },
    )
    return `@${kind}(if: $${name})`
  }

  private arguments(field: GraphQLField<unknown, unknown>): string {
    const given = field.args.flatMap((argument) => {
      const value = this.argument(argument)
      return value === undefined ? [] : [`${argument.name}: ${value}`]
    })
    return given.length > 0 ? `(${given.join(', ')})` : ''
  }

  private argument(argument: GraphQLArgument): string | undefined {
    const { name, type } = argument
    if (PAGES.has(name)) {
      if (this.chance(0.2)) return undefined
      const isNullable = !String(type).endsWith('!')
      if (this.chance(0.5)) return this.pick(['1', '2', '3', ...(isNullable ? ['null'] : [])])
      const fallback = this.pick(['2', '4', ...(isNullable ? ['null', undefined] : [])])
      return `$${this.variable({ type: String(type), fallback, values: [0, 1, 3, ...(isNullable ? [null] : [])] })}`
    }
    const isRequired = isRequiredArgument(argument)
    if (mayHoldList(type) && this.chance(0.7)) {
      const literals = [this.literal(type, 1), this.literal(type, 3)]
      if (this.chance(0.4)) return this.pick(literals)
      const values = [this.value(type, 1), this.value(type, 2), this.value(type, 4), ...(isRequired ? [] : [null])]
      return `$${this.variable({ type: String(type), fallback: this.pick([undefined, ...literals]), values })}`
    }
    return isRequired ? this.literal(type, 1) : undefined
  }

  private variable(variable: Variable): string {
    const name = `v${this.variables.size}`
    this.variables.set(name, variable)
    return name
  }

  private literal(type: GraphQLInputType, items: number): string {
    return literalOf(this.value(type, items), type)
  }

  /** A JSON value of an input type, with a number of items in each list. */
  private value(type: GraphQLInputType, items: number): unknown {
    const bare = getNullableType(type)
    if (isListType(bare)) return Array.from({ length: items }, () => this.value(bare.ofType, items))
    if (isEnumType(bare)) return bare.getValues()[0]!.name
    if (isScalarType(bare)) return SCALARS[bare.name] ?? 'x'
    const fields = Object.values(bare.getFields())
    const isChosen = (field: GraphQLInputField) =>
      isRequiredInputField(field) || (mayHoldList(field.type) && !isInputObjectType(getNamedType(field.type)))
    const chosen = bare.isOneOf ? fields.slice(0, 1) : fields.filter(isChosen)
    return Object.fromEntries(chosen.map((field) => [field.name, this.value(field.type, items)]))
  }
}

const SCALARS: Readonly<Record<string, unknown>> = { Int: 1, Float: 1, Boolean: true, SafeInt: 1 }

function literalOf(value: unknown, type: GraphQLInputType): string {
  const bare = getNullableType(type)
  if (value === null) return 'null'
  if (isListType(bare)) return `[${(value as unknown[]).map((item) => literalOf(item, bare.ofType)).join(', ')}]`
  if (!isInputObjectType(bare)) return isEnumType(bare) ? (value as string) : JSON.stringify(value)
  const fields = bare.getFields()
  const members = Object.entries(value as object).map(
    ([name, each]) => `${name}: ${literalOf(each, fields[name]!.type)}`,
  )
  return `{ ${members.join(', ')} }`
}

/** Executes with graphql-js, where every list has as many items as the cost assumes. Returns the costs of the fields that were resolved. */
async function executedCost(document: DocumentNode, variables: Variables, objects: ReadonlyMap<string, string>) {
  let cost = 0
  const result = await execute({
    schema,
    document,
    variableValues: variables,
    rootValue: {},
    typeResolver: (_value, _context, _info, type) => objects.get(type.name) ?? schema.getPossibleTypes(type)[0]!.name,
    fieldResolver: (source: { page?: number }, args: Record<string, unknown>, _context, info) => {
      const field = (info.parentType.getFields() as Record<string, GraphQLField<unknown, unknown>>)[info.fieldName]!
      const { weight = 0, size = 10 } = (field.extensions['cost'] ?? {}) as { weight?: number; size?: number }
      const listed = field.args.reduce((sum, { name, type }) => sum + itemsIn(args[name], type), 0)
      cost += 1 + weight + listed
      if (cost > MAX_EXECUTED) throw new Error('The document is too large for this test')
      const isPaged = field.args.some(({ name }) => PAGES.has(name))
      const byName = (name: string) => args[name] ?? field.args.find((each) => each.name === name)?.defaultValue ?? 1
      const page = Math.max(
        1,
        ...(typeof args['last'] === 'number' ? [args['last']] : [Number(byName('first')), Number(byName('limit'))]),
      )
      if (info.parentType.name.endsWith('Connection') && /^(nodes|edges)$/.test(info.fieldName))
        return items(source.page!, field.type)
      if (!isListType(getNullableType(field.type))) return itemOf(field.type, page)
      return items(isPaged ? page : listed || size, field.type)
    },
  })
  // `__typename` is resolved by graphql-js itself.
  return { errors: result.errors, cost: cost + countOf(result.data, '__typename') }
}

/** Fields named `__typename` in a response. No other field of these documents has that name. */
function countOf(data: unknown, name: string): number {
  if (Array.isArray(data)) return data.reduce<number>((sum, item) => sum + countOf(item, name), 0)
  if (typeof data !== 'object' || data === null) return 0
  return Object.entries(data).reduce((sum, [key, value]) => sum + (key === name ? 1 : countOf(value, name)), 0)
}

function itemsIn(value: unknown, type: GraphQLInputType): number {
  const bare = getNullableType(type)
  if (value === null || value === undefined) return 0
  if (isListType(bare))
    return (value as unknown[]).reduce<number>((sum, item) => sum + 1 + itemsIn(item, bare.ofType), 0)
  if (!isInputObjectType(bare)) return 0
  return Object.values(bare.getFields()).reduce(
    (sum, field) => sum + itemsIn((value as Record<string, unknown>)[field.name], field.type),
    0,
  )
}

function items(count: number, type: GraphQLOutputType): unknown[] {
  const list = getNullableType(type)
  return Array.from({ length: count }, () => itemOf(isListType(list) ? list.ofType : list, 1))
}

function itemOf(type: GraphQLOutputType, page: number): unknown {
  const named = getNamedType(type)
  if (isEnumType(named)) return named.getValues()[0]!.value
  return isScalarType(named) ? (SCALARS[named.name] ?? 'x') : { page }
}

describe('cost of an operation', () => {
  it('is the number of fields that graphql-js resolves if all pages are full', async () => {
    let compared = 0
    for (let seed = 0; compared < 300; seed += 1) {
      const random = createSeededRandom(seed)
      const query = new RandomQuery(() => random.next(), false)
      const text = query.text()
      const document = parse(text)
      expect([text, validate(schema, document).map(({ message }) => message)]).toEqual([text, []])
      for (let round = 0; round < 3; round += 1) {
        const variables = query.values()
        const cost = costOf(document, variables)
        if (cost > MAX_EXECUTED / 10) continue
        const executed = await executedCost(document, variables, query.objects)
        expect([text, variables, executed]).toEqual([text, variables, { errors: undefined, cost }])
        compared += 1
      }
    }
  })

  it('does not depend on the variables of earlier requests', () => {
    let distinct = 0
    for (let seed = 0; seed < 300; seed += 1) {
      const random = createSeededRandom(10_000 + seed)
      const query = new RandomQuery(() => random.next(), true)
      const document = parse(query.text())
      const shared = new OperationCost(schema, document, operationOf(document))
      const rounds = Array.from({ length: 12 }, () => query.values())
      const costs = new Set(
        [...rounds, ...rounds.toReversed()].map((variables) => {
          const cost = shared.for(variables)
          expect([print(document), variables, cost]).toEqual([print(document), variables, costOf(document, variables)])
          return cost
        }),
      )
      if (costs.size > 1) distinct += 1
    }
    expect(distinct).toBeGreaterThan(50)
  })
})

describe('limits of hostile documents', () => {
  const names = Array.from({ length: 50 }, (_, index) => `f${index}`)
  const wide = buildSchema(`type Query { ${names.map((name) => `${name}: Query`).join(' ')} }`)
  const limits = { ...defaultLimits }
  const spread = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, index) => `...${prefix}${index}`).join(' ')
  const layer = (prefix: string, count: number, selection: string) =>
    Array.from({ length: count }, (_, index) => `fragment ${prefix}${index} on Query { ${selection} }`).join(' ')
  const fields = (count: number, selection: string) =>
    names
      .slice(0, count)
      .map((name) => `${name} ${selection}`)
      .join(' ')

  it.each([
    [
      'many fields of many fragments',
      `{ ${fields(50, '{ ...All }')} } fragment All on Query { ${spread('A', 58)} } ${layer('A', 58, fields(50, ''))}`,
    ],
    [
      'fragments within fragments',
      `{ ${spread('A', 19)} } ${layer('A', 19, fields(9, '{ ...Bs }'))} fragment Bs on Query { ${spread('B', 19)} } ${layer('B', 19, fields(9, '{ ...Cs }'))} fragment Cs on Query { ${spread('C', 19)} } ${layer('C', 19, fields(50, ''))}`,
    ],
    [
      'a chain in which each level spreads all fragments below it',
      `{ ${spread('L', 11)} } ${Array.from({ length: 11 }, (_, at) => `fragment L${at} on Query { ${fields(20, at === 10 ? '' : `{ ...L${at + 1} ...L${at + 1} }`)} }`).join(' ')}`,
    ],
  ])('are found within 200 ms: %s', async (_title, text) => {
    const document = parse(text, { maxTokens: limits.tokens })
    expect(checkQueryLimits(document, limits)?.extensions['code']).toBe('QUERY_TOO_COMPLEX')
    expect(costOf(document, {}, wide)).toBeGreaterThan(limits.cost / 2)
    const milliseconds = await cheapest(() => {
      checkQueryLimits(document, limits)
      costOf(document, {}, wide)
    })
    expect(milliseconds).toBeLessThan(200)
  })
})
