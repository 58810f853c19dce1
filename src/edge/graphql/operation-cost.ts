import {
  getVariableValues,
  GraphQLError,
  Kind,
  visit,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type ValueNode,
} from 'graphql'
import { getComplexity, type ComplexityEstimator } from 'graphql-query-complexity'

/** Values of variables, as the caller sent them. */
export type Variables = Readonly<Record<string, unknown>>

const pageArguments = new Set(['first', 'last', 'limit'])
const conditions = new Set(['skip', 'include'])
const mostKept = 50

/** A field costs 1, and what it holds as often as its page has places. */
const pageEstimator: ComplexityEstimator = ({ args, childComplexity }) => 1 + placesOf(args) * childComplexity

function placesOf(args: Record<string, unknown>): number {
  const asked = [args['first'], args['last'], args['limit']].filter((value) => typeof value === 'number')
  return Math.max(1, ...asked)
}

/**
 * What one operation costs, for given variables. The calculation walks the whole operation, so its answers are kept by
 * the values of those variables that matter: page sizes and conditions. Most operations have none and are walked once.
 */
export class OperationCost {
  private readonly kept = new Map<string, number>()
  private readonly relevant: readonly string[]

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly document: DocumentNode,
    private readonly operation: OperationDefinitionNode,
  ) {
    this.relevant = relevantVariables(document)
  }

  /** The cost; undefined when the variables are not valid, which execution will refuse in better words. */
  for(variables: Variables): number | undefined {
    const key = this.relevant.length === 0 ? '' : JSON.stringify(this.relevant.map((name) => variables[name]))
    const known = this.kept.get(key)
    if (known !== undefined) return known
    const cost = this.calculate(variables)
    if (cost === undefined) return undefined
    if (this.kept.size >= mostKept) this.kept.clear()
    this.kept.set(key, cost)
    return cost
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
        estimators: [pageEstimator],
      })
    } catch (error) {
      if (error instanceof GraphQLError) return Number.POSITIVE_INFINITY
      throw error
    }
  }
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
