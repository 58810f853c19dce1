import type pg from 'pg'
import type { Statement } from './statement.js'

export type AnyStatement = Statement<never, unknown>

export type RunStatement = (statement: AnyStatement, values: unknown) => Promise<pg.QueryArrayResult>

type Together<Item, Result> = (items: readonly Item[]) => Promise<readonly Result[]>
type Each<Item, Result> = (items: readonly Item[]) => Promise<readonly (Result | Promise<Result>)[]>

/** Place of the tables of a database, and everything that depends on it. Chosen once, when the server is examined at the start. */
export interface Layout {
  /** Settings of the general connections. Null: none. */
  readonly settings: string | null
  /** Settings of the connections for frequent statements. Null: the usual ones. */
  readonly frequentSettings: string | null
  /** Why migrations cannot be applied, and what to do instead. Null: they can. */
  readonly refusesMigrations: string | null
  /** Why the database cannot be written into a backup, and what to do instead. Null: it can. */
  readonly refusesBackup: string | null
  /** Another form of a function. Undefined: the usual one. */
  formOf<Work>(work: Work): Work | undefined
  /** Runs statements in their form for the layout. */
  running(run: RunStatement): RunStatement
  /** Work of a batcher: all items with one call, or each with a call of its own. */
  batched<Item, Result>(work: Together<Item, Result>): Each<Item, Result>
}

/** All tables are on one server. */
export const ONE_SERVER: Layout = {
  settings: null,
  frequentSettings: null,
  refusesMigrations: null,
  refusesBackup: null,
  formOf: () => undefined,
  running: (run) => run,
  batched: (work) => work,
}

/** Finds out where the tables of a database are. */
export type FindLayout = (client: pg.Client) => Promise<Layout>

/** A function on the database, of which a layout can have another form. */
export function adaptable<Access extends { readonly layout: Layout }, Given extends unknown[], Result>(
  usual: (database: Access, ...given: Given) => Result,
) {
  const work = (database: Access, ...given: Given): Result =>
    (database.layout.formOf(work) ?? usual)(database, ...given)
  return work
}
