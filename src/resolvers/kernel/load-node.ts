import type { RequestContext } from '#context/request-context.js'
import type { Node } from '#schema/kernel/node.type.js'

/** Loads any object by its ID. What the caller may not see is null, exactly like what does not exist. */
export async function loadNode(context: RequestContext, id: string): Promise<Node | null> {
  const { byPrefix, others } = context.nodes
  for (const load of byPrefix.get(id.split('_', 1)[0]!) ?? others) {
    const found = await load(context, id)
    if (found) return found
  }
  return null
}
