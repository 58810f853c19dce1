import type { Sql } from '../database/sql.js'

/**
 * Work of a batcher: all items with one call, or, if accounts are distributed over machines, each item with a call of its own, at the same
 * time. The failure of such an item is its own: the batcher does not run the others again.
 */
export const eachOnShards =
  <Item, Result>({ isDistributed }: Sql, work: (items: readonly Item[]) => Promise<readonly Result[]>) =>
  async (items: readonly Item[]): Promise<readonly (Result | Promise<Result>)[]> => {
    if (!isDistributed) return work(items)
    const running = items.map(async (item) => (await work([item]))[0]!)
    await Promise.allSettled(running)
    return running
  }
