/** Reads rows of several vendors, with one statement for all questions of a kind. */
export async function readByVendor<
  Ask extends { readonly vendorId: string },
  Row extends { readonly vendorId: string | null },
>(
  asks: readonly Ask[],
  kindOf: (ask: Ask) => string,
  read: (ask: Ask, vendorIds: readonly string[]) => Promise<Row[]>,
): Promise<Row[][]> {
  const kinds = [...Map.groupBy(asks, kindOf).entries()]
  const rows = new Map(
    await Promise.all(
      kinds.map(async ([kind, group]) => {
        const found = await read(
          group[0]!,
          group.map(({ vendorId }) => vendorId),
        )
        return [kind, Map.groupBy(found, ({ vendorId }) => vendorId)] as const
      }),
    ),
  )
  return asks.map((ask) => rows.get(kindOf(ask))?.get(ask.vendorId) ?? [])
}
