import { forEachConcurrently } from '#services/kernel/event-loop/for-each-concurrently.js'

describe('forEachConcurrently', () => {
  /** Work that ends when the test says so. */
  const controlled = () => {
    const begun: number[] = []
    const ends = new Map<number, PromiseWithResolvers<void>>()
    const work = (item: number) => {
      begun.push(item)
      const end = Promise.withResolvers<void>()
      ends.set(item, end)
      return end.promise
    }
    const afterMicrotasks = () => new Promise<void>((resolve) => setImmediate(resolve))
    const end = async (item: number) => {
      ends.get(item)!.resolve()
      await afterMicrotasks()
    }
    const fail = async (item: number) => {
      ends.get(item)!.reject(new Error(`item ${item}`))
      await afterMicrotasks()
    }
    return { begun, work, end, fail }
  }

  it('begins items in their order and keeps at most the limit in progress', async () => {
    const { begun, work, end } = controlled()
    const done = forEachConcurrently([1, 2, 3, 4], 2, work)
    expect(begun).toEqual([1, 2])
    await end(2)
    expect(begun).toEqual([1, 2, 3])
    await end(3)
    await end(1)
    await end(4)
    await expect(done).resolves.toBeUndefined()
    expect(begun).toEqual([1, 2, 3, 4])
  })

  it('begins no item after an error, and throws it after the others have ended', async () => {
    const { begun, work, end, fail } = controlled()
    let thrown: unknown
    const done = forEachConcurrently([1, 2, 3], 2, work).catch((error: unknown) => (thrown = error))
    await fail(1)
    expect([begun, thrown]).toEqual([[1, 2], undefined])
    await end(2)
    await done
    expect([begun, (thrown as Error).message]).toEqual([[1, 2], 'item 1'])
  })

  it('does nothing without items', async () => {
    await expect(forEachConcurrently([], 3, () => Promise.reject(new Error('called')))).resolves.toBeUndefined()
  })
})
