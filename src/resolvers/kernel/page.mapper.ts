import type { GraphQLResolveInfo } from 'graphql'
import type { CountablePage, Page } from '#services/kernel/paging/page.js'
import type { Connection, CountedConnection, ListPage, TypedNode } from '#schema/kernel/connection.js'
import { selectsField } from './selects-field.js'

/** A page of rows that are no nodes. */
export function toListPage<Row, Item extends object>(page: Page<Row>, nodes: Item[]): ListPage<Item> {
  return {
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

/** A page of rows as a Relay connection. */
export const toConnection = <Row, Item extends TypedNode>(page: Page<Row>, nodes: Item[]): Connection<Item> => ({
  ...toListPage(page, nodes),
  edges: nodes.map((node, index) => ({ cursor: page.cursors[index]!, node })),
})

/** A connection whose items are counted only if `totalCount` is selected. `countedResolver` counts them. */
export type CountedOnDemand<Item extends TypedNode> = CountedConnection<Item> & {
  readonly countAll: () => Promise<number>
}

export const toCountedConnection = <Row, Item extends TypedNode>(
  page: CountablePage<Row>,
  nodes: Item[],
): CountedOnDemand<Item> => ({ ...toConnection(page, nodes), totalCount: 0, countAll: () => page.countAll() })

/** A counted connection whose items are counted only if the operation selects `totalCount`. */
export async function toSelectedConnection<Row, Item extends TypedNode>(
  info: GraphQLResolveInfo,
  page: CountablePage<Row>,
  nodes: Item[],
): Promise<CountedConnection<Item>> {
  return { ...toConnection(page, nodes), totalCount: selectsField(info, 'totalCount') ? await page.countAll() : 0 }
}
