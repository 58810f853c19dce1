import type { ValidatedDocument } from './document-store.js'
import type { ResponseBudget } from './response-budget.js'

const edgeKey = Symbol('edge')
const budgetKey = Symbol('budget')

/** State that the edge needs while an operation runs. */
export interface OperationMetadata {
  requestId: string
  document: ValidatedDocument
  /** Shared by the operations of a batch. Default: each execution has its own. */
  budget?: ResponseBudget
}

/** Marks a context with the edge's facts. A symbol, because Apollo hands a shallow copy of the object to resolvers. */
export function attachMetadata(context: object, facts: OperationMetadata): object {
  return Object.assign(context, { [edgeKey]: facts })
}

/** The facts of a marked context or of its copy. */
export function metadataOf(context: object): OperationMetadata {
  const facts = (context as { [edgeKey]?: OperationMetadata })[edgeKey]
  if (!facts) throw new Error('The context was not marked by the edge')
  return facts
}

/** Gives resolvers the budget of their response. */
export function attachBudget(context: object, budget: ResponseBudget): void {
  ;(context as { [budgetKey]?: ResponseBudget })[budgetKey] = budget
}

/** The budget of the response that is being made; undefined outside of the executor. */
export const budgetOf = (context: object): ResponseBudget | undefined =>
  (context as { [budgetKey]?: ResponseBudget })[budgetKey]
