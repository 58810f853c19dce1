/**
 * Processes items, at most `limit` at the same time, in their order. After an error it begins no further item, waits for
 * those in progress, and throws the first error.
 */
export async function forEachConcurrently<Item>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  let next = 0
  const errors: unknown[] = []
  const workInTurn = async () => {
    while (next < items.length && errors.length === 0) await work(items[next++]!).catch((error) => errors.push(error))
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, workInTurn))
  if (errors.length > 0) throw errors[0]
}
