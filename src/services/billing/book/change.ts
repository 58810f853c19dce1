import type { Insertable, Updateable } from 'kysely'
import type { Tables } from '#entities/tables.js'
import type { NewEvent } from '#services/kernel/events/append-events.js'

/** Tables of which a read of the provider writes rows by changes, with the prefix of their IDs. */
export const BOOK_TABLES = { credit_adjustment: 'crd', refund: 'rfd', dispute: 'dsp' } as const
type BookTable = keyof typeof BOOK_TABLES

type RowChange<Table extends BookTable> =
  | { readonly insert: Table; readonly row: Omit<Insertable<Tables[Table]>, 'id' | 'accountId'> }
  | { readonly update: Table; readonly id: string; readonly row: Updateable<Tables[Table]> }

/** A change of the rows of an account, or an event about it, which a read of its provider causes. `effect` says so in words. */
export type Change = ({ [Table in BookTable]: RowChange<Table> }[BookTable] | { readonly event: NewEvent }) & {
  readonly effect?: string
}

/** Pure: items of a provider's list, each once and as the last page has it. A list that grows while it is read repeats items. */
export const listedOnce = <Item extends { readonly externalId: string }>(items: readonly Item[]): Item[] => [
  ...new Map(items.map((item) => [item.externalId, item])).values(),
]
