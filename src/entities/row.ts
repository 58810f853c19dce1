import type { InferEntity } from '@mikro-orm/postgresql'

/** An entity's row as plain SQL reads it: every column present, null where the database says so. */
export type RowOf<Schema> = {
  [Column in keyof InferEntity<Schema> & string]-?: Exclude<InferEntity<Schema>[Column], undefined>
}
