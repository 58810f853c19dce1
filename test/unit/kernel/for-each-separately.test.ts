import {
  batchOrEach,
  forEachSeparately,
  SWEEP_PAGE,
  sweepAll,
} from '#services/kernel/event-loop/for-each-separately.js'

const failing =
  (done: number[], bad: readonly number[]) =>
  async (item: number): Promise<void> => {
    if (bad.includes(item)) throw new Error(`no ${item}`)
    done.push(item)
  }

describe('rows that are processed separately', () => {
  it.each([[[1]], [[2]], [[3]], [[1, 3]], [[1, 2, 3]]])(
    'are all tried if %j fail, and the failure is thrown',
    async (bad) => {
      const done: number[] = []
      await expect(forEachSeparately([1, 2, 3], failing(done, bad))).rejects.toThrow(`no ${bad[0]}`)
      expect(done).toEqual([1, 2, 3].filter((item) => !bad.includes(item)))
    },
  )

  it('are one batch unless it fails', async () => {
    const done: number[] = []
    const batch = async (items: readonly number[]) => forEachSeparately(items, failing(done, [2]))
    await expect(batchOrEach([1, 3], batch)).resolves.toHaveLength(1)
    const all = async (items: readonly number[]) => {
      if (items.includes(2)) throw new Error('no 2')
      done.push(...items)
    }
    await expect(batchOrEach([4, 2, 5], all)).rejects.toThrow('no 2')
    expect(done).toEqual([1, 3, 4, 5])
  })
})

describe('rows that are due', () => {
  const rows = Array.from({ length: 2 * SWEEP_PAGE + 1 }, (_, index) => ({ id: String(index).padStart(4, '0') }))
  const read = (after: string, limit: number) => Promise.resolve(rows.filter(({ id }) => id > after).slice(0, limit))

  it('are each begun once, also behind more failures than a page has rows', async () => {
    const begun: string[] = []
    const work = ({ id }: { readonly id: string }) => {
      begun.push(id)
      return Promise.reject(new Error(`no ${id}`))
    }
    await expect(sweepAll(read, work)).rejects.toThrow(`${rows.length} rows failed`)
    expect(begun).toEqual(rows.map(({ id }) => id))
  })

  it('are left for the next attempt when the job is being stopped', async () => {
    let begun = 0
    const work = () => Promise.resolve(begun++)
    expect(await sweepAll(read, work, () => begun === 5)).toBe(5)
    expect(begun).toBe(5)
  })
})
