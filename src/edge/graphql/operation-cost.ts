import {
  getNullableType,
  getVariableValues,
  GraphQLError,
  isInputType,
  isListType,
  Kind,
  typeFromAST,
  visit,
  type DocumentNode,
  type GraphQLInputType,
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

/**
 * A field costs 1, 1 more for each item of the lists in its arguments, and the cost of its selection for each place of its
 * page. A field that returns a list without a page (`nodes`, `checks`) has a place for each item that was listed.
 */
const fieldEstimator: ComplexityEstimator = (requested) => {
  const items = listedItems(requested)
  const isPaged = requested.field.args.some(({ name }) => pageArguments.has(name))
  const places = isListType(getNullableType(requested.field.type)) && !isPaged ? items : 0
  return 1 + items + Math.max(placesOf(requested.args), places) * requested.childComplexity
}

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
