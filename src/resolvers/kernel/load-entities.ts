import { visibleDeploymentObject } from '#services/deployments/queries/visible-deployment-object.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { RequestContext } from '#context/request-context.js'
import { toDeployment } from '../deployments/deployment.mapper.js'
import { loadNode } from './load-node.js'

const MAX_REPRESENTATIONS = 100

/** Type and key of an object. The gateway sends what other subgraphs know of it. */
interface Representation {
  readonly __typename: string
  readonly id?: unknown
  readonly hash?: unknown
}

/** Objects that a federation gateway asks for. What the caller may not see is null, exactly like what does not exist. */
export function loadEntities(context: RequestContext, representations: readonly unknown[]): Promise<unknown[]> {
  if (representations.length > MAX_REPRESENTATIONS)
    throw badRepresentation(`At most ${MAX_REPRESENTATIONS} representations at once.`)
  const checked = representations.map((each) => {
    if (isRepresentation(each)) return each
    throw badRepresentation('Each representation has a __typename and the key of that type.')
  })
  return Promise.all(checked.map((each) => loadEntity(context, each)))
}

async function loadEntity(context: RequestContext, representation: Representation): Promise<unknown> {
  const { __typename, id, hash } = representation
  const found = typeof id === 'string' ? await loadNode(context, id) : await deploymentByHash(context, hash as string)
  // An ID names its own type; under the name of another one it does not exist.
  return (found as Partial<Representation> | null)?.__typename === __typename ? found : null
}

async function deploymentByHash(context: RequestContext, hash: string) {
  const row = await visibleDeploymentObject(context, await context.loaders.deploymentByHash.load(hash))
  return row && toDeployment(row)
}

function isRepresentation(value: unknown): value is Representation {
  if (typeof value !== 'object' || value === null) return false
  const { __typename, id, hash } = value as Partial<Representation>
  if (typeof __typename !== 'string') return false
  return typeof id === 'string' || (__typename === 'Deployment' && typeof hash === 'string')
}

const badRepresentation = (message: string): AppError =>
  new AppError('BAD_USER_INPUT', message, { details: { field: 'representations' } })
