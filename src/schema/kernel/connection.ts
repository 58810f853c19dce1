import { Int, ObjectType, type ClassType } from 'type-graphql'
import { field } from './decorators.js'
import { PageInfo } from './page-info.type.js'

/** One item of a page, with its place in the list. */
export interface Edge<T extends object> {
  cursor: string
  node: T
}

/** A page of a list, in Relay's form. */
export interface Connection<T extends object> {
  edges: Edge<T>[]
  nodes: T[]
  pageInfo: PageInfo
}

/** A page of a list whose length is known. */
export interface CountedConnection<T extends object> extends Connection<T> {
  totalCount: number
}

/** Makes the `<name>Connection` and `<name>Edge` types over a node type; `items` is its plural for the texts, `list` another name of the connection. */
export function connection<T extends object>(name: string, items: string, node: () => ClassType<T>, list = name) {
  @ObjectType(`${name}Edge`, { description: `One of the ${items}, with its place in the list.`, simpleResolvers: true })
  class EdgeType implements Edge<T> {
    @field('The place of this item in the list; hand it back as `after:` to go on behind it.', () => String)
    cursor!: string

    @field('The item itself.', node)
    node!: T
  }

  @ObjectType(`${list}Connection`, { description: `A page of ${items}.`, simpleResolvers: true })
  class ConnectionType implements Connection<T> {
    @field('The items of this page with their cursors.', () => [EdgeType])
    edges!: Edge<T>[]

    @field('The items of this page, when the cursors are of no interest.', () => [node()])
    nodes!: T[]

    @field('Where this page lies in the list.', () => PageInfo)
    pageInfo!: PageInfo
  }

  return ConnectionType as ClassType<Connection<T>>
}

/** The same with `totalCount`, for lists that are counted. */
export function countedConnection<T extends object>(name: string, items: string, node: () => ClassType<T>) {
  const counted = connection(name, items, node) as ClassType<CountedConnection<T>>
  field(`How many ${items} there are over all pages.`, () => Int)(counted.prototype, 'totalCount')
  return counted
}
