import type { CountablePage, Page } from '#services/kernel/paging/page.js'
import type { Connection, CountedConnection } from '#schema/kernel/connection.js'

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

/** A connection whose items are counted only if `totalCount` is selected. `countedResolver` counts them. */
export type CountedOnDemand<Item extends object> = CountedConnection<Item> & {
  readonly countAll: () => Promise<number>
}

export const toCountedConnection = <Row, Item extends object>(
  page: CountablePage<Row>,
  nodes: Item[],
): CountedOnDemand<Item> => ({ ...toConnection(page, nodes), totalCount: 0, countAll: () => page.countAll() })
