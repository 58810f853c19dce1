import {
  getNamedType,
  getNullableType,
  getVariableValues,
  GraphQLError,
  isInputType,
  isListType,
  isObjectType,
  Kind,
  typeFromAST,
  visit,
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type ValueNode,
} from 'graphql'
import { getComplexity, type ComplexityEstimator, type ComplexityEstimatorArgs } from 'graphql-query-complexity'
import { countListedItems, mayHoldList } from './listed-items.js'

/** Values of variables, as the caller sent them. */
export type Variables = Readonly<Record<string, unknown>>

const pageArguments = new Set(['first', 'last', 'limit'])
const conditions = new Set(['skip', 'include'])
const maxKept = 50

/** Fields of a connection that its page multiplies. `pageInfo` and `totalCount` are read once. */
const pagedFields = new Set(['nodes', 'edges'])
/** Assumed number of items of a list without pages, if the schema declares none. */
const assumedItems = 10
/** The part of a connection's cost that its page multiplies is counted in this unit until the page is known. Far above any limit. */
const PAGE = 2 ** 26

/**
 * A field costs 1, its declared weight, 1 more for each item of the lists in its arguments, and the cost of its selection for
 * each item that it can return: the size of the page, the number of listed items (`nodes`, `checks`), or the declared size of
 * the list.
 */
const fieldEstimator: ComplexityEstimator = (requested) => {
  const { args, childComplexity, field, type } = requested
  const listed = listedItems(requested)
  // Introspection reads the schema in memory, and validation limits its depth.
  const { weight = 0, size = type.name.startsWith('__') ? 1 : assumedItems } = declaredCost(field)
  const own = 1 + weight + listed
  const page = placesOf(args)
  if (isConnection(type) && pagedFields.has(field.name)) return own + PAGE * childComplexity
  if (isConnection(getNamedType(field.type)))
    return own + (childComplexity % PAGE) + page * Math.floor(childComplexity / PAGE)
  const isUnpaged = isListType(getNullableType(field.type)) && !field.args.some(({ name }) => pageArguments.has(name))
  return own + (isUnpaged ? listed || size : page) * childComplexity
}

const declaredCost = ({ extensions }: ComplexityEstimatorArgs['field']): { weight?: number; size?: number } =>
  extensions['cost'] ?? {}

const isConnection = (type: GraphQLNamedType): boolean =>
  type.name.endsWith('Connection') && isObjectType(type) && 'pageInfo' in type.getFields()

const listedItems = ({ args, field }: ComplexityEstimatorArgs): number =>
  field.args.reduce((sum, { name, type }) => sum + countListedItems(type, args[name]), 0)

function placesOf(args: Record<string, unknown>): number {
  const requested = [args['first'], args['last'], args['limit']].filter((value) => typeof value === 'number')
  return Math.max(1, ...requested)
}

/**
 * The cost of one operation for given variables. The calculation walks the whole operation, so its results are cached by
 * the variables that matter: page sizes, conditions, and the lengths of lists. Most operations have none and are walked once.
 */
export class OperationCost {
  private readonly kept = new Map<string, number>()
  private readonly relevant: readonly string[]
  private readonly lists: ReadonlyMap<string, GraphQLInputType>

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly document: DocumentNode,
    private readonly operation: OperationDefinitionNode,
  ) {
    this.relevant = relevantVariables(document)
    this.lists = listVariables(schema, operation)
  }

  /** Cost of the operation. Undefined if the variables are invalid, which execution reports in detail. */
  for(variables: Variables): number | undefined {
    const key = this.keyOf(variables)
    const known = this.kept.get(key)
    if (known !== undefined) return known
    const cost = this.calculate(variables)
    if (cost === undefined) return undefined
    if (this.kept.size >= maxKept) this.kept.clear()
    this.kept.set(key, cost)
    return cost
  }

  private keyOf(variables: Variables): string {
    if (this.relevant.length === 0 && this.lists.size === 0) return ''
    const lengths = [...this.lists].map(([name, type]) => countListedItems(type, variables[name]))
    return JSON.stringify([...this.relevant.map((name) => variables[name]), ...lengths])
  }

  private calculate(variables: Variables): number | undefined {
    const definitions = this.operation.variableDefinitions ?? []
    if (getVariableValues(this.schema, definitions, variables, { maxErrors: 1 }).errors) return undefined
    try {
      return getComplexity({
        schema: this.schema,
        query: this.document,
        operationName: this.operation.name?.value,
        variables: { ...variables },
        estimators: [fieldEstimator],
      })
    } catch (error) {
      if (error instanceof GraphQLError) return Number.POSITIVE_INFINITY
      throw error
    }
  }
}

/** Variables that can hold lists. Only the number of their items matters. */
function listVariables(schema: GraphQLSchema, operation: OperationDefinitionNode): Map<string, GraphQLInputType> {
  const lists = new Map<string, GraphQLInputType>()
  for (const { variable, type: written } of operation.variableDefinitions ?? []) {
    const type = typeFromAST(schema, written)
    if (isInputType(type) && mayHoldList(type)) lists.set(variable.name.value, type)
  }
  return lists
}

function relevantVariables(document: DocumentNode): string[] {
  const names = new Set<string>()
  const note = (value: ValueNode): void => {
    if (value.kind === Kind.VARIABLE) names.add(value.name.value)
  }
  visit(document, {
    Directive: (directive) => {
      if (conditions.has(directive.name.value)) directive.arguments?.forEach((argument) => note(argument.value))
      return false
    },
    Field: (field) => {
      field.arguments?.forEach((argument) => {
        if (pageArguments.has(argument.name.value)) note(argument.value)
      })
    },
  })
  return [...names]
}
