import { AppError } from '#services/kernel/errors/app-error.js'
import type { LoadNode } from '#context/nodes.js'
import type { RequestContext } from '#context/request-context.js'
import { loadNode } from './load-node.js'

const MAX_REPRESENTATIONS = 100

/** Type and key of an object. The gateway sends what other subgraphs know of it. */
type Representation = { readonly __typename: string } & Readonly<Record<string, unknown>>

/** Objects that a federation gateway asks for. What the caller may not see is null, exactly like what does not exist. */
export function loadEntities(context: RequestContext, representations: readonly unknown[]): Promise<unknown[]> {
  if (representations.length > MAX_REPRESENTATIONS)
    throw badRepresentation(`At most ${MAX_REPRESENTATIONS} representations at once.`)
  const checked = representations.map((each) => {
    if (isRepresentation(context, each)) return each
    throw badRepresentation('Each representation has a __typename and the key of that type.')
  })
  return Promise.all(checked.map((each) => loadEntity(context, each)))
}

async function loadEntity(context: RequestContext, representation: Representation): Promise<unknown> {
  const { __typename, id } = representation
  const found = typeof id === 'string' ? await loadNode(context, id) : await loadByKey(context, representation)
  // An ID names its own type; under the name of another one it does not exist.
  return (found as Partial<Representation> | null)?.__typename === __typename ? found : null
}

function loadByKey(context: RequestContext, representation: Representation) {
  const [load, key] = keyOf(context, representation)!
  return load(context, key)
}

/** Loader and value of another key than the ID. */
function keyOf({ nodes }: RequestContext, { __typename, ...keys }: Representation): [LoadNode, string] | undefined {
  for (const [field, value] of Object.entries(keys)) {
    const load = nodes.byKey.get(`${__typename}.${field}`)
    if (load && typeof value === 'string') return [load, value]
  }
  return undefined
}

function isRepresentation(context: RequestContext, value: unknown): value is Representation {
  if (typeof value !== 'object' || value === null) return false
  const representation = value as Representation
  if (typeof representation.__typename !== 'string') return false
  return typeof representation['id'] === 'string' || keyOf(context, representation) !== undefined
}

const badRepresentation = (message: string): AppError =>
  new AppError('BAD_USER_INPUT', message, { details: { field: 'representations' } })
