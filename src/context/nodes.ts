import type { Node } from '../schema/kernel/node.type.js'
import { prefixOf, type IdPrefix } from '../services/kernel/ids/ids.js'
import type { RequestContext } from './request-context.js'

/** Loads an object by its ID. Null if it does not exist or is not visible to the caller. */
export type LoadNode = (context: RequestContext, id: string) => Promise<Node | null> | Node | null

/** Loaders of the objects of all modules. */
export interface Nodes {
  /** By the prefix of the ID. They are asked in turn. */
  readonly byPrefix: ReadonlyMap<string, readonly LoadNode[]>
  /** For IDs with no prefix of a module. */
  readonly others: readonly LoadNode[]
  /** For types that a federation gateway also knows by another key than the ID, by type and field. */
  readonly byKey: ReadonlyMap<string, LoadNode>
  /** For objects whose events a service reports, by the prefix of the ID. */
  readonly reporters: ReadonlyMap<string, LoadReporter>
}

/** Name of the service that reports events about an object. Null if the object does not exist. */
export type LoadReporter = (context: RequestContext, id: string) => Promise<string | null>

/** Loaders of rows: only well-formed IDs reach the database. */
export const rowNodes = (loaders: Partial<Record<IdPrefix, LoadNode>>): Record<string, LoadNode> =>
  Object.fromEntries(
    Object.entries(loaders).map(([prefix, load]) => [
      prefix,
      (context: RequestContext, id: string) => (prefixOf(id) ? load(context, id) : null),
    ]),
  )

/** Null stays null. */
export const mapped = <Row, Result>(row: Row | null | undefined, map: (row: Row) => Result): Result | null =>
  row ? map(row) : null
