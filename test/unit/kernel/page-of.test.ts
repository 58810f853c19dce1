import fc from 'fast-check'
import { pageOf, pageRequest, type CountablePage } from '#services/kernel/paging/page.js'

interface Item {
  readonly at: string
  readonly id: string
}

const keyOf = ({ at, id }: Item) => [at, id]
const inOrder = (items: readonly Item[]) =>
  [...new Map(items.map((item) => [keyOf(item).join(' '), item])).values()].toSorted((left, right) =>
    keyOf(left).join(' ') < keyOf(right).join(' ') ? -1 : 1,
  )
const item = fc.record({
  at: fc.constantFrom('1', '2', '~'),
  id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'),
})

describe('Pages of a list in memory', () => {
  it('have each item once, in both directions, for all lists and sizes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(item), fc.integer({ min: 1, max: 4 }), async (given, size) => {
        const items = inOrder(given)
        for (const [count, cursor] of [
          ['first', 'after'],
          ['last', 'before'],
        ] as const) {
          const found: Item[] = []
          for (let place: string | null = null, hasMore = true; hasMore;) {
            const page: CountablePage<Item> = await pageOf(
              pageRequest({ [count]: size, [cursor]: place }, 10),
              'items',
              keyOf,
              items,
            )
            const isForward = count === 'first'
            found[isForward ? 'push' : 'unshift'](...page.items)
            hasMore = isForward ? page.hasNextPage : page.hasPreviousPage
            place = (isForward ? page.cursors.at(-1) : page.cursors[0]) ?? null
            expect(await page.countAll()).toBe(items.length)
          }
          expect(found).toEqual(items)
        }
      }),
      { seed: 20_261_123, numRuns: 200 },
    )
  })

  it('continue at the place of an item that is gone, and reject cursors of other lists', async () => {
    const items = inOrder(['a', 'b', 'c', 'd'].map((id) => ({ at: '1', id })))
    const { cursors } = await pageOf({ first: 2, after: null }, 'items', keyOf, items)
    const rest = items.filter(({ id }) => id !== 'b')
    const next = await pageOf({ first: 2, after: cursors[1]! }, 'items', keyOf, rest)
    expect(next.items.map(({ id }) => id)).toEqual(['c', 'd'])
    await expect(pageOf({ first: 2, after: cursors[1]! }, 'others', keyOf, rest)).rejects.toMatchObject({
      code: 'INVALID_CURSOR',
    })
  })
})
