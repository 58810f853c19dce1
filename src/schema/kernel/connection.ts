import { ObjectType, type ClassType } from 'type-graphql'
import { field, objectType } from './decorators.js'
import { EDGE_CURSOR, EDGES, NODES, PAGE_INFO } from './descriptions.js'
import { Node } from './node.type.js'
import { PageInfo } from './page-info.type.js'
import { SafeInt } from './scalars.js'

/** A page of a list whose items are no nodes: a log, figures, effects. */
export interface ListPage<T extends object> {
  nodes: T[]
  pageInfo: PageInfo
}

/** A node whose type an interface can name. */
export type TypedNode = Node & { readonly __typename: string }

/** One type for all connections: the nodes of its connection are of one type. */
@objectType("An item of a page with its cursor, for clients that page by Relay's rules. Others read `nodes`.")
export class Edge {
  @field(EDGE_CURSOR, () => String)
  cursor!: string

  @field('The item itself, of the type of `nodes`.', () => Node)
  node!: TypedNode
}

/** A page of a list of nodes, in Relay's form. */
export interface Connection<T extends TypedNode> extends ListPage<T> {
  edges: Edge[]
}

/** A page of a list whose length is known. */
export interface CountedConnection<T extends TypedNode> extends Connection<T> {
  totalCount: number
}

/**
 * Makes the `<name>Connection` type of items that are no nodes.
 * @param items plural noun for the description
 */
export function listPage<T extends object>(name: string, items: string, item: () => ClassType<T>) {
  @ObjectType(`${name}Connection`, { description: `A page of ${items}.`, simpleResolvers: true })
  class PageType implements ListPage<T> {
    @field(NODES, () => [item()])
    nodes!: T[]

    @field(PAGE_INFO, () => PageInfo)
    pageInfo!: PageInfo
  }

  return PageType as ClassType<ListPage<T>>
}

/**
 * Makes the `<name>Connection` type of nodes.
 * @param items plural noun for the description
 */
export function connection<T extends TypedNode>(name: string, items: string, node: () => ClassType<T>) {
  const page = listPage(name, items, node) as ClassType<Connection<T>>
  field(EDGES, () => [Edge])(page.prototype, 'edges')
  return page
}

/**
 * Makes the same type with `totalCount`.
 * @param total description of `totalCount`
 */
export function countedConnection<T extends TypedNode>(
  name: string,
  items: string,
  node: () => ClassType<T>,
  total = `Total number of ${items}.`,
) {
  const counted = connection(name, items, node) as ClassType<CountedConnection<T>>
  field(total, () => SafeInt)(counted.prototype, 'totalCount')
  return counted
}
