import type { Page } from '#services/kernel/paging/page.js'
import type { Connection } from '#schema/kernel/connection.js'

/** A page of rows as a Relay connection. */
export function toConnection<Row, Item extends object>(page: Page<Row>, nodes: Item[]): Connection<Item> {
  return {
    edges: nodes.map((node, index) => ({ cursor: page.cursors[index]!, node })),
    nodes,
    pageInfo: {
      __typename: 'PageInfo',
      hasNextPage: page.hasNextPage,
      hasPreviousPage: page.hasPreviousPage,
      startCursor: page.cursors[0] ?? null,
      endCursor: page.cursors.at(-1) ?? null,
    },
  }
}
