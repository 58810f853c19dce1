import type { RequestContext } from '#context/request-context.js'
import type { Node } from '#schema/kernel/node.type.js'
import { prefixOf } from '#services/kernel/ids/ids.js'

/** Loads any object by its ID. What the caller may not see is null, exactly like what does not exist. */
export async function loadNode(context: RequestContext, id: string): Promise<Node | null> {
  const { byPrefix, others } = context.nodes
  const loaders = byPrefix.get(id.split('_', 1)[0]!) ?? []
  // IDs of other services have any form.
  for (const load of prefixOf(id) === null ? [...loaders, ...others] : loaders) {
    const found = await load(context, id)
    if (found) return found
  }
  return null
}
