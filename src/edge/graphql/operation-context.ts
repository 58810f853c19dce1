import type { AdmittedDocument } from './admission.js'

const edgeKey = Symbol('edge')

/** What the edge itself must know while an operation runs. */
export interface OperationFacts {
  requestId: string
  document: AdmittedDocument
}

/** Marks a context with the edge's facts. A symbol, because Apollo hands a shallow copy of the object to resolvers. */
export function markContext(context: object, facts: OperationFacts): object {
  return Object.assign(context, { [edgeKey]: facts })
}

/** The facts of a marked context or of its copy. */
export function factsOf(context: object): OperationFacts {
  const facts = (context as { [edgeKey]?: OperationFacts })[edgeKey]
  if (!facts) throw new Error('The context was not marked by the edge')
  return facts
}
