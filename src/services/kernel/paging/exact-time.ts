import { sql } from 'kysely'

/** A time as a text with microseconds, which the database stores and a `Date` loses: part of the key of a cursor. */
export const exactTime = (column: string) => sql<string>`${sql.ref(column)}::text`.as('exactTime')

/** A row with the time of its cursor. */
export type Timed<Row> = Row & { readonly exactTime: string }

/** True for rows after the place of a cursor, in the order of a time and the ID. */
export const isBeyond = (column: string, direction: 'asc' | 'desc', [at, id]: readonly string[]) =>
  sql<boolean>`(${sql.ref(column)}, id) ${sql.raw(direction === 'asc' ? '>' : '<')} (${at}::timestamptz, ${id ?? ''})`
