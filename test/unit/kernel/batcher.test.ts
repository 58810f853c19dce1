import { jest } from '@jest/globals'
import { createBatcher } from '#services/kernel/batcher/batcher.js'
import { systemTimers } from '#services/kernel/time/system-timers.js'

const nextTurn = () => new Promise((wake) => setImmediate(wake))

/** Batcher whose batches the test completes manually. */
function byHand(maxSize?: number) {
  const batches: { items: readonly number[]; settle: (results: number[]) => void; fail: (error: Error) => void }[] = []
  const batcher = createBatcher<number, number>({
    timers: systemTimers,
    runBatch: (items) =>
      new Promise((resolve, reject) => {
        batches.push({ items, settle: resolve, fail: reject })
      }),
    ...(maxSize ? { maxSize } : {}),
  })
  return { batcher, batches }
}

describe('batcher', () => {
  it('processes items that arrive during a batch together, in order', async () => {
    const { batcher, batches } = byHand()
    const first = batcher.add(1)
    await nextTurn()
    const rest = [2, 3, 4].map((item) => batcher.add(item))
    await nextTurn()
    expect(batches.map(({ items }) => items)).toEqual([[1]])
    batches[0]!.settle([10])
    expect(await first).toBe(10)
    await nextTurn()
    expect(batches[1]!.items).toEqual([2, 3, 4])
    batches[1]!.settle([20, 30, 40])
    expect(await Promise.all(rest)).toEqual([20, 30, 40])
    await batcher.onIdle()
    expect(batches).toHaveLength(2)
  })

  it('does not delay the first caller, and includes items of the same turn', async () => {
    const { batcher, batches } = byHand()
    const both = [batcher.add(1), batcher.add(2)]
    await nextTurn()
    expect(batches[0]!.items).toEqual([1, 2])
    batches[0]!.settle([1, 2])
    expect(await Promise.all(both)).toEqual([1, 2])
  })

  it('splits batches at their maximum size', async () => {
    const sizes: number[] = []
    const batcher = createBatcher<number, number>({
      timers: systemTimers,
      runBatch: async (items) => {
        sizes.push(items.length)
        await nextTurn()
        return items
      },
      maxSize: 3,
    })
    const items = Array.from({ length: 8 }, (_, index) => index)
    expect(await Promise.all(items.map((item) => batcher.add(item)))).toEqual(items)
    expect(sizes).toEqual([3, 3, 2])
  })

  it('puts items with equal keys into separate batches, in order', async () => {
    const batches: string[][] = []
    const batcher = createBatcher<string, string>({
      timers: systemTimers,
      runBatch: async (items) => {
        batches.push([...items])
        await nextTurn()
        return items
      },
      keyOf: (item) => item[0]!,
    })
    const items = ['a1', 'b1', 'a2', 'c1', 'a3', 'b2']
    expect(await Promise.all(items.map((item) => batcher.add(item)))).toEqual(items)
    expect(batches).toEqual([['a1', 'b1', 'c1'], ['a2', 'b2'], ['a3']])
  })

  it('runs the maximum number of concurrent batches, and loses no item that arrives when one ends', async () => {
    let [flying, maximum] = [0, 0]
    const batcher = createBatcher<number, number>({
      timers: systemTimers,
      runBatch: async (items) => {
        maximum = Math.max(maximum, ++flying)
        await nextTurn()
        flying--
        return items
      },
      maxSize: 2,
      concurrency: 2,
    })
    const follow = async (item: number): Promise<number> => (item < 200 ? follow((await batcher.add(item)) + 4) : item)
    expect(await Promise.all([0, 1, 2, 3].map(follow))).toEqual([200, 201, 202, 203])
    await batcher.onIdle()
    expect(maximum).toBe(2)
    expect(flying).toBe(0)
  })

  it('fails only the faulty item, and processes the others in order', async () => {
    const tried: number[][] = []
    const batcher = createBatcher<number, number>({
      timers: systemTimers,
      runBatch: (items) => {
        tried.push([...items])
        return items.includes(13)
          ? Promise.reject(new Error('unlucky'))
          : Promise.resolve(items.map((item) => item * 10))
      },
    })
    const outcomes = await Promise.allSettled([1, 13, 3].map((item) => batcher.add(item)))
    expect(
      outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : String(outcome.reason))),
    ).toEqual([10, 'Error: unlucky', 30])
    expect(tried).toEqual([[1, 13, 3], [1], [13], [3]])
  })

  it('fails all items without trying them alone if the database is unreachable', async () => {
    const tried: number[][] = []
    const batcher = createBatcher<number, number>({
      timers: systemTimers,
      runBatch: (items) => {
        tried.push([...items])
        return Promise.reject(new Error('Connection terminated unexpectedly'))
      },
    })
    const outcomes = await Promise.allSettled([1, 2, 3].map((item) => batcher.add(item)))
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(tried).toEqual([[1, 2, 3]])
  })

  describe('over time', () => {
    let now = 0
    beforeEach(() => {
      now = 0
      jest.spyOn(performance, 'now').mockImplementation(() => now)
    })
    afterEach(() => {
      jest.restoreAllMocks()
    })

    it('fails items that waited long behind a batch that did not reach the database, and tries new items', async () => {
      const { batcher, batches } = byHand()
      const first = batcher.add(1)
      await nextTurn()
      const outcomes = Promise.allSettled([first, batcher.add(2), batcher.add(3)])
      now = 20_000
      const late = batcher.add(4)
      batches[0]!.fail(new Error('Connection terminated: the database was silent'))
      expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
      await nextTurn()
      expect(batches.map(({ items }) => items)).toEqual([[1], [4]])
      batches[1]!.settle([40])
      expect(await late).toBe(40)
    })

    it('stops trying items one by one after 15 seconds: the remaining items fail with the error of the batch', async () => {
      const tried: number[][] = []
      const batcher = createBatcher<number, number>({
        timers: systemTimers,
        runBatch: (items) => {
          tried.push([...items])
          now += 10_000
          return Promise.reject(new Error(items.length > 1 ? 'together' : 'alone'))
        },
      })
      const outcomes = await Promise.allSettled([1, 2, 3, 4, 5].map((item) => batcher.add(item)))
      expect(tried).toEqual([[1, 2, 3, 4, 5], [1], [2]])
      expect(
        outcomes.map((outcome) => (outcome.status === 'rejected' ? (outcome.reason as Error).message : null)),
      ).toEqual(['alone', 'alone', 'together', 'together', 'together'])
    })
  })

  it('continues after a failure', async () => {
    let broken = true
    const batcher = createBatcher<number, number>({
      timers: systemTimers,
      runBatch: (items) => (broken ? Promise.reject(new Error('down')) : Promise.resolve(items)),
    })
    await expect(batcher.add(1)).rejects.toThrow('down')
    broken = false
    expect(await batcher.add(2)).toBe(2)
    await expect(batcher.onIdle()).resolves.toBeUndefined()
  })

  it('treats a synchronous throw of the batch function like any other failure', async () => {
    const batcher = createBatcher<number, number>({
      timers: systemTimers,
      runBatch: () => {
        throw new Error('at once')
      },
    })
    await expect(batcher.add(1)).rejects.toThrow('at once')
    await expect(batcher.add(2)).rejects.toThrow('at once')
  })

  it('starts a single call before the next turn, and gathers the calls of a turn after a batch of several', async () => {
    const batches: number[][] = []
    const batcher = createBatcher<number, number>({
      timers: systemTimers,
      runBatch: (items) => {
        batches.push([...items])
        return Promise.resolve(items)
      },
    })
    const single = batcher.add(1)
    await Promise.resolve().then(() => undefined)
    expect(batches).toEqual([[1]])
    await single
    await Promise.all([batcher.add(2), batcher.add(3)])
    const first = batcher.add(4)
    await Promise.resolve().then(() => undefined)
    expect(batches).toEqual([[1], [2, 3]])
    await Promise.all([first, batcher.add(5)])
    expect(batches).toEqual([[1], [2, 3], [4, 5]])
  })

  it('waits for further items for the requested time', async () => {
    const batches: number[][] = []
    const batcher = createBatcher<number, number>({
      timers: systemTimers,
      runBatch: (items) => {
        batches.push([...items])
        return Promise.resolve(items)
      },
      debounceMs: () => 20,
    })
    const first = batcher.add(1)
    await nextTurn()
    await Promise.all([first, batcher.add(2)])
    expect(batches).toEqual([[1, 2]])
  })
})
