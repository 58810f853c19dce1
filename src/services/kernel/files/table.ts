/** A table that spreadsheets read: names of columns, and rows as they come. */
export interface Table {
  readonly columns: readonly string[]
  readonly rows: AsyncIterable<readonly unknown[]> | Iterable<readonly unknown[]>
}
