import { ObjectType, type ClassType } from 'type-graphql'
import { field } from './decorators.js'
import { EDGE_CURSOR, EDGES, NODES, PAGE_INFO } from './descriptions.js'
import { PageInfo } from './page-info.type.js'
import { SafeInt } from './scalars.js'

/** One item of a page, with its place in the list. */
export interface Edge<T extends object> {
  cursor: string
  node: T
}

/** A page of a list whose items are no nodes: a log, figures, effects. */
export interface ListPage<T extends object> {
  nodes: T[]
  pageInfo: PageInfo
}

/** A page of a list of nodes, in Relay's form. */
export interface Connection<T extends object> extends ListPage<T> {
  edges: Edge<T>[]
}

/** A page of a list whose length is known. */
export interface CountedConnection<T extends object> extends Connection<T> {
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
 * Makes the `<name>Connection` and `<name>Edge` types of a node type.
 * @param items plural noun for the descriptions
 * @param list name of both types without their endings, for a second list of a node type. Default: the name of the node
 */
export function connection<T extends object>(name: string, items: string, node: () => ClassType<T>, list = name) {
  @ObjectType(`${list}Edge`, { description: `${singular(name)} with its cursor.`, simpleResolvers: true })
  class EdgeType implements Edge<T> {
    @field(EDGE_CURSOR, () => String)
    cursor!: string

    @field('The item itself.', node)
    node!: T
  }

  const page = listPage(list, items, node) as ClassType<Connection<T>>
  field(EDGES, () => [EdgeType])(page.prototype, 'edges')
  return page
}

/**
 * Makes the same types with `totalCount`.
 * @param total description of `totalCount`
 */
export function countedConnection<T extends object>(
  name: string,
  items: string,
  node: () => ClassType<T>,
  total = `Total number of ${items}.`,
  list = name,
) {
  const counted = connection(name, items, node, list) as ClassType<CountedConnection<T>>
  field(total, () => SafeInt)(counted.prototype, 'totalCount')
  return counted
}

/** `AuditEntry` as "An audit entry". */
function singular(name: string): string {
  const words = name.replaceAll(/(?<=[a-z])[A-Z]/g, ' $&').toLowerCase()
  return `${/^[aeio]/.test(words) ? 'An' : 'A'} ${words}`
}
