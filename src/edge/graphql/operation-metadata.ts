import type { RateCount } from '../options.js'
import type { ResponseBudget } from './response-budget.js'

const edgeKey = Symbol('edge')

/** State that the edge needs while an operation runs. */
export interface OperationMetadata {
  requestId: string
  /** True once the document is valid and the operation is found. */
  isResolved?: boolean
  /** True if the client asks for the cost of the operation. */
  wantsCost?: boolean
  /** Cost of the operation. Undefined if it is not known. */
  cost?: number | undefined
  /** Count of the caller's requests. Undefined if the request was not counted. */
  rateCount?: RateCount | undefined
  /** True once the operation is executed. */
  isExecuted?: boolean
  /** Keeps the data of the executed operation for others. Undefined if it is not shared. */
  keepAnswer?: (data: Record<string, unknown>) => void
  /** Budget of the response that is made. The operations of a batch share it. */
  budget?: ResponseBudget
}

/** Attaches metadata to a context. A symbol, because Apollo hands a shallow copy of the object to resolvers. */
export function attachMetadata(context: object, metadata: OperationMetadata): object {
  return Object.assign(context, { [edgeKey]: metadata })
}

/** The metadata of a context or of its copy. */
export function metadataOf(context: object): OperationMetadata {
  const metadata = (context as { [edgeKey]?: OperationMetadata })[edgeKey]
  if (!metadata) throw new Error('The context has no metadata of its operation')
  return metadata
}

/** Budget of the response that is made. Undefined if a program executes the schema without a request. */
export const budgetOf = (context: object): ResponseBudget | undefined =>
  (context as { [edgeKey]?: OperationMetadata })[edgeKey]?.budget
