import type { GraphQLResolveInfo } from 'graphql'
import type { CountablePage, Page } from '#services/kernel/paging/page.js'
import type { Connection, CountedConnection } from '#schema/kernel/connection.js'
import { selectsField } from './selects-field.js'

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

/** A counted connection whose items are counted only if the operation selects `totalCount`. */
export async function toSelectedConnection<Row, Item extends object>(
  info: GraphQLResolveInfo,
  page: CountablePage<Row>,
  nodes: Item[],
): Promise<CountedConnection<Item>> {
  return { ...toConnection(page, nodes), totalCount: selectsField(info, 'totalCount') ? await page.countAll() : 0 }
}
