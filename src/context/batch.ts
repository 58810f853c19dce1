import DataLoader from 'dataloader'

/** Reads rows by their keys, in any order. */
export type Read<Row> = (ids: readonly string[]) => Promise<Row[]>

/** Loads one row for each ID. */
export const byId = <Row extends { id: string }>(read: Read<Row>) => one(read, (row) => row.id)

/** Loads one row for each key. */
export function one<Row extends object>(read: Read<Row>, keyOf: (row: Row) => string): DataLoader<string, Row | null> {
  return new DataLoader(async (ids) => {
    const rows = new Map((await read(ids)).map((row) => [keyOf(row), row]))
    return ids.map((id) => rows.get(id) ?? null)
  })
}

/** Loads the rows of each key. */
export function many<Row extends object>(read: Read<Row>, keyOf: (row: Row) => string): DataLoader<string, Row[]> {
  return new DataLoader(async (ids) => {
    const rows = Map.groupBy(await read(ids), keyOf)
    return ids.map((id) => rows.get(id) ?? [])
  })
}
