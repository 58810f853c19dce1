/**
 * Processes rows of several accounts one after another. An error delays only its own row: the others are processed, and
 * then it is thrown.
 */
export async function forEachSeparately<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  const errors: unknown[] = []
  for await (const item of items) await work(item).catch((error: unknown) => errors.push(error))
  if (errors.length === 1) throw errors[0]
  if (errors.length > 1) throw new AggregateError(errors, `${errors.length} rows failed: ${String(errors[0])}`)
}

/** Processes a batch in one step, and after an error each item in a separate step. Returns the results. */
export async function batchOrEach<Item, Result>(
  items: readonly Item[],
  work: (batch: readonly Item[]) => Promise<Result>,
): Promise<Result[]> {
  try {
    return [await work(items)]
  } catch (error) {
    if (items.length <= 1) throw error
  }
  const results: Result[] = []
  await forEachSeparately(items, async (item) => results.push(await work([item])))
  return results
}

/** Rows that `sweepAll` reads at once. */
export const SWEEP_PAGE = 100

/**
 * Processes all rows that are due, in the order of their IDs, one after another. Rows that fail at every attempt delay no others, however many
 * there are. Returns the number of rows that it began.
 * @param isStopping returns true when no further row may be begun
 */
export async function sweepAll<Row extends { readonly id: string }>(
  read: (after: string, limit: number) => Promise<readonly Row[]>,
  work: (row: Row) => Promise<unknown>,
  isStopping: () => boolean = () => false,
): Promise<number> {
  let count = 0
  await forEachSeparately(
    allPages<Row>(SWEEP_PAGE, async (last) => (isStopping() ? [] : read(last?.id ?? '', SWEEP_PAGE))),
    async (row) => {
      if (isStopping()) return
      count += 1
      await work(row)
    },
  )
  return count
}

/** All rows of a list that is read in pages. A page that is not full is the last one. */
export async function* allPages<Row>(
  limit: number,
  read: (after: Row | null) => Promise<readonly Row[]>,
): AsyncGenerator<Row> {
  let after: Row | null = null
  for (;;) {
    const rows: readonly Row[] = await read(after)
    yield* rows
    if (rows.length < limit) return
    after = rows.at(-1)!
  }
}
