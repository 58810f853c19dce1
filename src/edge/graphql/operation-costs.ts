import {
  getVariableValues,
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql'
import { edgeError } from './edge-error.js'
import { OperationCost, type Variables } from './operation-cost.js'

/** The costs of operations, and the limit for one of them. What follows from the text alone is computed once for each operation. */
export class OperationCosts {
  private readonly byOperation = new WeakMap<OperationDefinitionNode, OperationCost>()

  constructor(
    private readonly schema: GraphQLSchema,
    readonly limit: number,
  ) {}

  /** Cost of an operation with these variables. Undefined if it exceeds the limit with invalid variables: the execution rejects them. */
  of(document: DocumentNode, operation: OperationDefinitionNode, variables: Variables): number | undefined {
    let cost = this.byOperation.get(operation)
    if (!cost) this.byOperation.set(operation, (cost = new OperationCost(this.schema, document, operation)))
    const amount = cost.for(variables)
    return amount > this.limit && this.areInvalid(operation, variables) ? undefined : amount
  }

  private areInvalid({ variableDefinitions = [] }: OperationDefinitionNode, variables: Variables): boolean {
    return getVariableValues(this.schema, variableDefinitions, variables, { maxErrors: 1 }).errors !== undefined
  }

  /** The error for a cost above the limit; undefined for any other. */
  refuse(cost: number | undefined): GraphQLError | undefined {
    const { limit } = this
    if (cost === undefined || cost <= limit) return undefined
    const amount = Number.isFinite(cost) ? `${cost} exceeds the limit of ${limit}` : `exceeds the limit of ${limit}`
    return edgeError('QUERY_TOO_COMPLEX', `Query cost ${amount}. Select fewer fields or smaller pages.`, {
      extensions: { limit },
    })
  }
}
