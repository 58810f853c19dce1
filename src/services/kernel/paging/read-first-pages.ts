/** Reader of the first pages of several owners. */
export interface FirstPages<Ask, Row> {
  /** Asks of one kind are read with one statement. */
  readonly kindOf: (ask: Ask) => string
  readonly ownerOf: (ask: Ask) => string
  readonly ownerOfRow: (row: Row) => string | null
  readonly read: (ask: Ask, owners: readonly string[]) => Promise<Row[]>
}

/** Reads rows of several owners, with one statement for all asks of a kind. */
export async function readFirstPages<Ask, Row>(
  asks: readonly Ask[],
  { kindOf, ownerOf, ownerOfRow, read }: FirstPages<Ask, Row>,
): Promise<Row[][]> {
  const kinds = [...Map.groupBy(asks, kindOf).entries()]
  const rows = new Map(
    await Promise.all(
      kinds.map(async ([kind, group]) => {
        const found = await read(group[0]!, group.map(ownerOf))
        return [kind, Map.groupBy(found, ownerOfRow)] as const
      }),
    ),
  )
  return asks.map((ask) => rows.get(kindOf(ask))?.get(ownerOf(ask)) ?? [])
}
