import { createHash } from 'node:crypto'

/** `TEST_SEED=… npm test -- <file>` repeats the samples of another day. */
const SEED = process.env['TEST_SEED'] ?? String(Math.floor(Date.now() / 86_400_000))

/**
 * Cases of a long list for one run of `npm test`: another selection every day, in the order of the list. `npm run test:long` runs
 * all of them. The titles of tests with a sample name `TEST_SEED`, which repeats it.
 *
 * @param name makes the selections of two lists independent of each other
 */
export function sampleOf<Item>(items: readonly Item[], count: number, name = ''): readonly Item[] {
  if (process.env['STACKGATE_LONG'] === '1' || items.length <= count) return items
  const rank = (index: number) => createHash('sha256').update(`${SEED} ${name} ${index}`).digest('hex')
  const drawn = new Set(
    items
      .map((_, index) => ({ index, rank: rank(index) }))
      .toSorted((one, other) => (one.rank < other.rank ? -1 : 1))
      .slice(0, count)
      .map(({ index }) => index),
  )
  return items.filter((_, index) => drawn.has(index))
}

/** A number of repetitions: a few in `npm test`, and all in `npm run test:long`. */
export const repetitions = (few: number, all: number): number => (process.env['STACKGATE_LONG'] === '1' ? all : few)

/** For titles of tests with a sample. */
export const SAMPLE = `TEST_SEED=${SEED}`
