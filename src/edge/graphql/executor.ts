import {
  execute,
  getVariableValues,
  GraphQLError,
  OperationTypeNode,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql'
import { compileQuery, isCompiledQuery, type CompiledQuery } from 'graphql-jit'
import { ownTurn } from '#services/kernel/event-loop/own-turn.js'
import type { Timers } from '#services/kernel/time/timers.js'
import type { EdgeOptions, Limits } from '../options.js'
import { withCode } from './edge-error.js'
import { toExtensions } from './error-extensions.js'
import { withVariableIssues } from './variable-issues.js'
import { attachBudget } from './operation-metadata.js'
import type { Variables } from './operation-cost.js'
import { ResponseBudget, timeout } from './response-budget.js'
import { hasVariablesInScalars } from './variables-in-scalars.js'
import { compileVariableDefaults } from './variable-defaults.js'
import { compileVariableValidator } from './variable-validator.js'

/** One operation to run. */
export interface Execution {
  /** Valid, with the operation in it. */
  document: DocumentNode
  operation: OperationDefinitionNode
  variables: Variables
  context: object
  requestId: string
  rootValue?: unknown
  /** Shared by the operations of a batch. */
  budget?: ResponseBudget | undefined
  /** True if graphql-js must execute it: a plug-in of Apollo Server asks to be called for each field. */
  interpret?: boolean
}

/** A compiled operation. */
interface CompiledOperation {
  readonly query: CompiledQuery['query']
  /** True if it checks such variables by itself as strictly as graphql-js does. */
  readonly checksVariables: (variables: Variables) => boolean
  /** The variables with the defaults that it does not know by itself. */
  readonly withDefaults: (variables: Variables) => Variables
}

/** A compiled operation, or the fact that it cannot be compiled. */
type Compiled = CompiledOperation | 'not compilable'

/** Number of values in variables above which graphql-js checks them first. */
const MANY_VALUES = 100

/** Number of errors after which graphql-js stops to check variables. */
const MAX_VARIABLE_ERRORS = 50

/** One-off documents are not worth the milliseconds that compiling takes. */
const usesBeforeCompiling = 3

/** Runs operations: compiled when they come again, with graphql-js otherwise; masks errors and ends what takes too long. */
export class Executor {
  private readonly compiled = new WeakMap<OperationDefinitionNode, Compiled>()
  private readonly uses = new WeakMap<OperationDefinitionNode, number>()

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly timers: Timers,
    private readonly onError: EdgeOptions['onError'],
    private readonly limits: Pick<Limits, 'responseItems' | 'responseBytes' | 'operationMilliseconds'>,
  ) {}

  /** True if the operation ran often enough to be compiled, and could be. */
  isCompiled(operation: OperationDefinitionNode): boolean {
    return typeof this.compiled.get(operation) === 'object'
  }

  /** The result with public errors. Synchronous if no resolver is asynchronous. */
  run(execution: Execution): ExecutionResult | Promise<ExecutionResult> {
    const { requestId, budget = new ResponseBudget(this.timers, this.limits) } = execution
    attachBudget(execution.context, budget)
    budget.start()
    try {
      const result = this.start(execution)
      if (!(result instanceof Promise)) return this.present(within(budget, result), requestId)
      return this.withinTime(result, budget).then(
        async (completed) => {
          if (budget.isLarge) await ownTurn()
          return this.present(within(budget, completed), requestId)
        },
        (error: unknown) => this.failure(error, requestId),
      )
    } catch (error) {
      return this.failure(error, requestId)
    }
  }

  private start(execution: Execution): ExecutionResult | Promise<ExecutionResult> {
    const { operation } = execution
    const compiled = execution.interpret ? undefined : this.compiledFor(execution)
    if (!compiled || compiled === 'not compilable') return this.interpret(execution)
    if (holdsMany(execution.variables) || !compiled.checksVariables(execution.variables)) {
      const refused = this.refuseVariables(operation, execution)
      if (refused) return refused
    }
    const result = compiled.query(
      execution.rootValue ?? {},
      execution.context,
      compiled.withDefaults(execution.variables),
    )
    if (result instanceof Promise) return result.then(toExecuted)
    // graphql-jit omits `data` only if variable coercion failed. In that case the operation is repeated with
    // graphql-js, because jit sometimes rejects valid variables. No resolver has run yet.
    if (!('data' in result)) return this.refuseVariables(operation, execution) ?? this.interpret(execution)
    return toExecuted(result)
  }

  /** Errors of graphql-js about the variables. */
  refuseVariables(
    operation: OperationDefinitionNode,
    { variables }: Pick<Execution, 'variables'>,
  ): { errors: readonly GraphQLError[] } | undefined {
    const definitions = operation.variableDefinitions ?? []
    const { errors } = getVariableValues(this.schema, definitions, variables, { maxErrors: MAX_VARIABLE_ERRORS })
    return errors && { errors: withVariableIssues(errors, this.schema, definitions, variables) }
  }

  private interpret(execution: Execution): ExecutionResult | Promise<ExecutionResult> {
    const result = this.execute(execution)
    // Without data nothing has run: usually the variables are wrong.
    if (result instanceof Promise || 'data' in result) return result
    return this.refuseVariables(execution.operation, execution) ?? result
  }

  private execute(execution: Execution): ExecutionResult | Promise<ExecutionResult> {
    return execute({
      schema: this.schema,
      document: execution.document,
      rootValue: execution.rootValue,
      contextValue: execution.context,
      variableValues: execution.variables,
      operationName: execution.operation.name?.value,
    })
  }

  private compiledFor({ document, operation }: Execution): Compiled | undefined {
    const known = this.compiled.get(operation)
    if (known) return known
    const uses = (this.uses.get(operation) ?? 0) + 1
    this.uses.set(operation, uses)
    if (uses < usesBeforeCompiling || operation.operation === OperationTypeNode.SUBSCRIPTION) return undefined
    const compiled = this.compile(document, operation)
    this.compiled.set(operation, compiled)
    return compiled
  }

  private compile(document: DocumentNode, operation: OperationDefinitionNode): Compiled {
    if (hasVariablesInScalars(this.schema, document)) return 'not compilable'
    try {
      const definitions = operation.variableDefinitions ?? []
      const checksVariables = compileVariableValidator(this.schema, definitions)
      const withDefaults = compileVariableDefaults(this.schema, definitions)
      const result = compileQuery(this.schema, document, operation.name?.value, { disablingCapturingStackErrors: true })
      return isCompiledQuery(result) ? { query: result.query, checksVariables, withDefaults } : 'not compilable'
    } catch {
      return 'not compilable'
    }
  }

  /** After the time limit the result is ignored, and the rest of the operation fails early. */
  private withinTime(result: Promise<ExecutionResult>, budget: ResponseBudget): Promise<ExecutionResult> {
    return new Promise((resolve, reject) => {
      const milliseconds = this.limits.operationMilliseconds
      const timer = this.timers.setTimeout(() => {
        budget.fail(timeout(milliseconds))
        resolve({})
      }, milliseconds)
      result.then(
        (synced) => {
          this.timers.clearTimeout(timer)
          return resolve(synced)
        },
        (error: unknown) => {
          this.timers.clearTimeout(timer)
          return reject(error)
        },
      )
    })
  }

  /** Result of an operation whose engine failed. */
  private failure(error: unknown, requestId: string): ExecutionResult {
    const { code, message, fields, status } = this.onError(error, requestId)
    return { errors: [new GraphQLError(message, { extensions: { ...fields, code, requestId, http: { status } } })] }
  }

  private present(result: ExecutionResult, requestId: string): ExecutionResult {
    if (!result.errors) return result
    return { ...result, errors: result.errors.map((error) => presentError(error, requestId, this.onError)) }
  }
}

/**
 * Returns true for more values than `MANY_VALUES`. graphql-js checks such variables first, because it stops at a number of errors, and a
 * compiled operation makes one for each wrong value.
 */
function holdsMany(variables: Variables): boolean {
  const values: unknown[] = [variables]
  for (let at = 0; at < values.length; at++) {
    const value = values[at]
    if (typeof value !== 'object' || value === null) continue
    if (Array.isArray(value) && value.length > MANY_VALUES) return true
    for (const name in value) {
      values.push((value as Record<string, unknown>)[name])
      if (values.length > MANY_VALUES) return true
    }
  }
  return false
}

/** The result, or the reason why the response to it cannot be made. */
function within(budget: ResponseBudget, result: ExecutionResult): ExecutionResult {
  budget.checkData(result.data)
  return budget.failure ? { errors: [budget.failure] } : result
}

/** A compiled operation leaves `data` out where graphql-js says null. */
function toExecuted(result: ExecutionResult): ExecutionResult {
  return result.errors && result.data === undefined ? { ...result, data: null } : result
}

/** The public form of an error: an error with a code is public, all others are reported and masked. */
export function presentError(error: GraphQLError, requestId: string, onError: EdgeOptions['onError']): GraphQLError {
  if (typeof error.extensions?.['code'] === 'string') return error
  // An error without a path is a request error with the engine's message: no resolver has run.
  if (!error.path) return withCode('BAD_USER_INPUT', error)
  // An error of a compiled operation has no extensions, although its class declares them.
  const cause = error.originalError ?? (error.extensions ? error : new Error(error.message))
  const { code, message, fields } = onError(cause, requestId)
  const presented = new GraphQLError(message, {
    nodes: error.nodes,
    path: error.path,
    extensions: { ...toExtensions(code, message, fields), ...(code === 'INTERNAL' ? { requestId } : {}) },
  })
  return error.nodes ? presented : Object.assign(presented, { locations: error.locations })
}
