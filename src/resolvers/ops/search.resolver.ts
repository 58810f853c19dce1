import { Ctx, Int, Resolver } from 'type-graphql'
import { arg, query } from '#schema/kernel/decorators.js'
import { requires } from '#schema/kernel/requires.js'
import { Node } from '#schema/kernel/node.type.js'
import { SearchType } from '#schema/ops/search.type.js'
import { search } from '#services/ops/search/search.js'
import type { RequestContext } from '#context/request-context.js'
import { loadNode } from '../kernel/load-node.js'

const DEFAULT_RESULTS = 20

@Resolver()
export class SearchResolver {
  @query(
    'Objects of the installation that match a text, by type in the order of `SearchType`, the newest first: those that match best, not all.',
    () => [Node],
    { nullable: true },
  )
  @requires('OPS_READ')
  async search(
    @Ctx() context: RequestContext,
    @arg('search', 'Text to search for. `SearchType` says what it is compared with.', () => String) text: string,
    @arg('types', 'Types to search. Default: all.', () => [SearchType], { nullable: true }) types: SearchType[] | null,
    @arg('first', 'Maximum number of results, at most 100.', () => Int, { defaultValue: DEFAULT_RESULTS })
    first: number,
  ): Promise<Node[]> {
    const ids = await search(context, { query: text, types, first })
    const found = await Promise.all(ids.map((id) => loadNode(context, id)))
    return found.filter((node) => node !== null)
  }
}
