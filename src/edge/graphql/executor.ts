import {
  execute,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql'
import { ownTurn } from '#services/kernel/event-loop/own-turn.js'
import type { Timers } from '#services/kernel/time/timers.js'
import type { EdgeOptions, Limits } from '../options.js'
import type { Variables } from './operation-cost.js'
import { metadataOf } from './operation-metadata.js'
import { presentError, publicError } from './present-error.js'
import { ResponseBudget, timeout } from './response-budget.js'
import { withVariableIssues } from './variable-issues.js'

/** One operation to run. */
export interface Execution {
  /** Valid, with the operation in it. */
  readonly document: DocumentNode
  readonly operation: OperationDefinitionNode
  readonly variables: Variables
  readonly context: object
  readonly rootValue?: unknown
}

/** Runs operations of sockets and streams. Completes the results of all transports: limits of the response, public errors. */
export class Executor {
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly timers: Timers,
    private readonly onError: EdgeOptions['onError'],
    private readonly limits: Pick<Limits, 'responseItems' | 'responseBytes' | 'operationMilliseconds'>,
  ) {}

  /** The result with public errors. Over HTTP, Apollo Server executes instead. */
  async run(execution: Execution): Promise<ExecutionResult> {
    const { document, operation, variables, context, rootValue } = execution
    const budget = new ResponseBudget(this.timers, this.limits)
    metadataOf(context).budget = budget
    budget.start()
    const executed = async (): Promise<ExecutionResult> => {
      const args = { schema: this.schema, document, contextValue: context, rootValue }
      const result = await execute({ ...args, variableValues: variables, operationName: operation.name?.value })
      if (budget.isLarge) await ownTurn()
      return this.complete(result, execution)
    }
    try {
      return (await this.withinTime(budget, executed())) ?? { errors: [budget.failure!] }
    } catch (error) {
      return { errors: [publicError(error, metadataOf(context).requestId, this.onError)] }
    }
  }

  /** A result of graphql-js as clients may see it. */
  complete(result: ExecutionResult, { operation, variables, context }: Omit<Execution, 'document'>): ExecutionResult {
    const { requestId, budget } = metadataOf(context)
    budget?.checkData(result.data)
    if (budget?.failure) return { errors: [budget.failure] }
    if (!result.errors) return result
    const hasRun = 'data' in result || result.errors.some(({ path }) => path)
    const errors = hasRun
      ? result.errors
      : withVariableIssues(result.errors, this.schema, operation.variableDefinitions ?? [], variables)
    return { ...result, errors: errors.map((error) => presentError(error, requestId, this.onError)) }
  }

  /** Undefined after the time limit: the result is ignored then, and the rest of the operation fails early. */
  withinTime<Result>(budget: ResponseBudget, work: Promise<Result>): Promise<Result | undefined> {
    const milliseconds = this.limits.operationMilliseconds
    return new Promise((resolve, reject) => {
      const timer = this.timers.setTimeout(() => {
        budget.fail(timeout(milliseconds))
        resolve(undefined)
      }, milliseconds)
      work.then(resolve, reject).finally(() => this.timers.clearTimeout(timer))
    })
  }
}
