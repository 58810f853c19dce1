import {
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isInputType,
  isListType,
  isObjectType,
  Kind,
  SchemaMetaFieldDef,
  typeFromAST,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  visit,
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
  type VariableDefinitionNode,
} from 'graphql'
import { countListedItems, countWrittenItems, mayHoldList } from './listed-items.js'
import { MAX_SELECTIONS, responseFields, selectionsOf, type Fragments } from './response-fields.js'

/** Values of variables, as the caller sent them. */
export type Variables = Readonly<Record<string, unknown>>

/** A variable as far as it determines the cost: a page size, a condition, or the number of items. Undefined if it has no value. */
type Counted = number | boolean | null | undefined

/** Cost of a selection: once, and for each item of the page around it. */
interface Cost {
  readonly once: number
  readonly perItem: number
}

const pageArguments = new Set(['first', 'last', 'limit'])
const maxKept = 50

/** Fields of a connection that its page multiplies. `pageInfo` and `totalCount` are read once. */
const pagedFields = new Set(['nodes', 'edges'])
/** Assumed number of items of a list without pages, if the schema declares none. */
const assumedItems = 10
const metaFields = new Map(
  [SchemaMetaFieldDef, TypeMetaFieldDef, TypeNameMetaFieldDef].map((field) => [field.name, field]),
)

/**
 * The cost of one operation for given variables. It is a function of what `valuesOf` reads of the variables, so that results are cached by
 * these values, and a request cannot change the cost of another one. Most operations have none and are walked once.
 */
export class OperationCost {
  private readonly kept = new Map<string, number>()
  private readonly variables: readonly CountedVariable[]
  private readonly fragments: Fragments

  constructor(
    private readonly schema: GraphQLSchema,
    document: DocumentNode,
    private readonly operation: OperationDefinitionNode,
  ) {
    this.variables = countedVariables(schema, document, operation)
    this.fragments = fragmentsOf(document)
  }

  /** Cost of the operation; infinite if it takes too long to calculate. */
  for(variables: Variables): number {
    const values = this.variables.map(({ name, read, fallback }) =>
      Object.hasOwn(variables, name) ? read(variables[name]) : fallback,
    )
    const key = values.map(String).join()
    const known = this.kept.get(key)
    if (known !== undefined) return known
    const byName = new Map(this.variables.map(({ name }, index) => [name, values[index]]))
    const cost = new CostWalk(this.schema, this.fragments, byName).of(this.operation)
    if (this.kept.size >= maxKept) this.kept.clear()
    this.kept.set(key, cost)
    return cost
  }
}

interface CountedVariable {
  readonly name: string
  readonly read: (value: unknown) => Counted
  /** Its default. */
  readonly fallback: Counted
}

/** Variables that can hold lists, page sizes and conditions. No other variable changes the cost. */
function countedVariables(
  schema: GraphQLSchema,
  document: DocumentNode,
  { variableDefinitions = [] }: OperationDefinitionNode,
): CountedVariable[] {
  const simple = pagesAndConditions(document)
  return variableDefinitions.flatMap((definition) => {
    const name = definition.variable.name.value
    const list = listVariable(schema, definition)
    if (list) return [{ name, ...list }]
    return simple.has(name) ? [{ name, read: simpleValue, fallback: writtenValue(definition.defaultValue) }] : []
  })
}

function listVariable(
  schema: GraphQLSchema,
  { type: written, defaultValue }: VariableDefinitionNode,
): Omit<CountedVariable, 'name'> | undefined {
  const type = typeFromAST(schema, written)
  if (!isInputType(type) || !mayHoldList(type)) return undefined
  return {
    read: (value) => (value === null ? null : countListedItems(type, value)),
    fallback: countWrittenItems(type, defaultValue, () => undefined),
  }
}

/** A page size or a condition. Any other value is invalid there, and the execution rejects it. */
const simpleValue = (value: unknown): Counted =>
  typeof value === 'number' || typeof value === 'boolean' ? value : null

function writtenValue(value: ValueNode | undefined): Counted {
  if (!value) return undefined
  if (value.kind === Kind.INT) return Number(value.value)
  return value.kind === Kind.BOOLEAN ? value.value : null
}

function pagesAndConditions(document: DocumentNode): Set<string> {
  const names = new Set<string>()
  const note = ({ value }: ArgumentNode): void => {
    if (value.kind === Kind.VARIABLE) names.add(value.name.value)
  }
  visit(document, {
    Directive: ({ arguments: given }) => given?.forEach(note),
    Argument: (argument) => (pageArguments.has(argument.name.value) ? note(argument) : undefined),
  })
  return names
}

function fragmentsOf({ definitions }: DocumentNode): Fragments {
  return new Map(
    definitions.flatMap((each) => (each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each] as const] : [])),
  )
}

/**
 * One calculation. A field costs 1, its declared weight, 1 more for each item of the lists in its arguments, and the cost of its selection
 * for each item that it can return: the size of the page, the number of listed items (`nodes`, `checks`), or the declared size of the list.
 */
class CostWalk {
  private selections = 0
  private readonly numbers = new Map<SelectionSetNode, number>()
  private readonly known = new Map<string, Cost>()

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly fragments: Fragments,
    private readonly variables: ReadonlyMap<string, Counted>,
  ) {}

  of({ operation, selectionSet }: OperationDefinitionNode): number {
    const root = this.schema.getRootType(operation)
    const cost = root ? total(this.costOf(root, [selectionSet])) : 0
    return this.selections > MAX_SELECTIONS ? Number.POSITIVE_INFINITY : cost
  }

  /** An abstract type costs as much as its most expensive object. The same fields at several places are calculated once. */
  private costOf(type: GraphQLCompositeType, sets: readonly SelectionSetNode[]): Cost {
    const key = `${type.name} ${sets.map((set) => this.numberOf(set)).join()}`
    const known = this.known.get(key)
    if (known) return known
    const objects = isAbstractType(type) ? this.schema.getPossibleTypes(type) : [type as GraphQLObjectType]
    const costs = objects.map((object) => this.costOfObject(object, sets))
    const cost = costs.reduce((highest, each) => (total(each) > total(highest) ? each : highest), {
      once: 0,
      perItem: 0,
    })
    this.known.set(key, cost)
    return cost
  }

  private costOfObject(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): Cost {
    const cost = { once: 0, perItem: 0 }
    const applies = (selection: SelectionNode, condition: string | undefined) =>
      this.applies(type, selection, condition)
    for (const nodes of responseFields(sets, this.fragments, applies).values()) {
      const field = metaFields.get(nodes[0]!.name.value) ?? type.getFields()[nodes[0]!.name.value]
      if (!field) continue
      const { once, perItem } = this.costOfField(type, field, nodes)
      cost.once += once
      cost.perItem += perItem
    }
    return cost
  }

  private costOfField(
    type: GraphQLObjectType,
    field: GraphQLField<unknown, unknown>,
    nodes: readonly FieldNode[],
  ): Cost {
    const named = getNamedType(field.type)
    const inner = isCompositeType(named) ? this.costOf(named, selectionsOf(nodes)) : { once: 0, perItem: 0 }
    const listed = this.listedItems(field, nodes[0]!)
    // Introspection reads the schema in memory, and validation limits its depth.
    const { weight = 0, size = type.name.startsWith('__') ? 1 : assumedItems } = declaredCost(field)
    const own = 1 + weight + listed
    if (isConnection(type) && pagedFields.has(field.name)) return { once: own, perItem: total(inner) }
    const page = this.pageSize(field, nodes[0]!)
    if (isConnection(named)) return { once: own + inner.once + page * inner.perItem, perItem: 0 }
    const isUnpaged = isListType(getNullableType(field.type)) && !field.args.some(({ name }) => pageArguments.has(name))
    return { once: own + (isUnpaged ? listed || size : page) * total(inner), perItem: 0 }
  }

  /** A condition without a value is an error, for which the selection around it is not executed. */
  private applies(type: GraphQLObjectType, { directives }: SelectionNode, condition: string | undefined): boolean {
    if (++this.selections > MAX_SELECTIONS) return false
    for (const { name, arguments: given } of directives ?? []) {
      if (name.value !== 'skip' && name.value !== 'include') continue
      if (this.valueOf(given?.[0]?.value) !== (name.value === 'include')) return false
    }
    if (condition === undefined || condition === type.name) return true
    const named = this.schema.getType(condition)
    return isAbstractType(named) && this.schema.isSubType(named, type)
  }

  /** Items of the requested page. A null or absent argument stands for the default page; `last` replaces the default of `first`. */
  private pageSize({ args }: GraphQLField<unknown, unknown>, node: FieldNode): number {
    const sizes: Record<string, unknown> = {}
    for (const argument of args)
      if (pageArguments.has(argument.name))
        sizes[argument.name] = this.valueOf(writtenIn(node, argument)) ?? argument.defaultValue
    const { first, last, limit } = sizes
    const requested = typeof last === 'number' ? [last] : [first, limit]
    return Math.max(1, ...requested.filter((size) => typeof size === 'number'))
  }

  private listedItems({ args }: GraphQLField<unknown, unknown>, node: FieldNode): number {
    return args.reduce((sum, argument) => {
      if (!mayHoldList(argument.type)) return sum
      const items = countWrittenItems(argument.type, writtenIn(node, argument), (name) => this.itemsOf(name))
      return sum + (items ?? countListedItems(argument.type, argument.defaultValue))
    }, 0)
  }

  private itemsOf(variable: string): number | undefined {
    const counted = this.variables.get(variable)
    return counted === undefined ? undefined : Number(counted)
  }

  private valueOf(node: ValueNode | undefined): Counted {
    return node?.kind === Kind.VARIABLE ? this.variables.get(node.name.value) : writtenValue(node)
  }

  private numberOf(set: SelectionSetNode): number {
    let number = this.numbers.get(set)
    if (number === undefined) this.numbers.set(set, (number = this.numbers.size))
    return number
  }
}

const total = ({ once, perItem }: Cost): number => once + perItem

const writtenIn = (node: FieldNode, { name }: GraphQLArgument): ValueNode | undefined =>
  node.arguments?.find((argument) => argument.name.value === name)?.value

const declaredCost = ({ extensions }: GraphQLField<unknown, unknown>): { weight?: number; size?: number } =>
  extensions['cost'] ?? {}

const isConnection = (type: unknown): boolean =>
  isObjectType(type) && type.name.endsWith('Connection') && 'pageInfo' in type.getFields()
