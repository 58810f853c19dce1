import { createWriteBuffer } from '#services/kernel/batcher/write-buffer.js'
import type { Database } from '#services/kernel/database/database.js'
import { createLogger } from '#services/kernel/logger/logger.js'
import { createVirtualTimers } from '#test/support/virtual-timers.js'

const add = (known = 0) => known + 1

describe('write buffer', () => {
  const begin = (maxKeys?: number, failure?: Error) => {
    const written: (readonly (readonly [string, number])[])[] = []
    const lines: string[] = []
    const timers = createVirtualTimers()
    const buffer = createWriteBuffer<number>({
      name: 'test',
      gatherMs: 1_000,
      ...(maxKeys === undefined ? {} : { maxKeys }),
      write: (_database, entries) => (failure ? Promise.reject(failure) : Promise.resolve(written.push(entries))),
    })
    const partsOf = () => ({
      // Only the identity of the database matters here.
      database: {} as Database,
      log: createLogger('warn', { write: (line: string) => void lines.push(line) }),
      timers,
    })
    return { buffer, partsOf, timers, written, lines }
  }

  it('writes once after the interval what was noted in it, with one value per key', async () => {
    const { buffer, partsOf, timers, written } = begin()
    const parts = partsOf()
    for (const key of ['a', 'b', 'a']) buffer.note(parts, key, add)
    await timers.advance(999)
    expect(written).toEqual([])
    await timers.advance(1)
    expect(written).toEqual([
      [
        ['a', 2],
        ['b', 1],
      ],
    ])
    buffer.note(parts, 'a', add)
    await timers.advance(1_000)
    expect(written[1]).toEqual([['a', 1]])
    expect(timers.pending).toBe(0)
  })

  it('writes at the end at once, for one database, and never twice', async () => {
    const { buffer, partsOf, timers, written } = begin()
    const [one, other] = [partsOf(), partsOf()]
    buffer.note(one, 'a', add)
    buffer.note(other, 'b', add)
    await buffer.write(one)
    expect(written).toEqual([[['a', 1]]])
    await buffer.write(one)
    await timers.advance(5_000)
    expect(written).toEqual([[['a', 1]], [['b', 1]]])
  })

  it('drops further keys beyond its maximum, and keeps counting the known ones', async () => {
    const { buffer, partsOf, written } = begin(2)
    const parts = partsOf()
    for (const key of ['a', 'b', 'c', 'a']) buffer.note(parts, key, add)
    await buffer.write(parts)
    expect(written).toEqual([
      [
        ['a', 2],
        ['b', 1],
      ],
    ])
  })

  it('logs a failed write and continues', async () => {
    const { buffer, partsOf, lines } = begin(undefined, new Error('away'))
    const parts = partsOf()
    buffer.note(parts, 'a', add)
    await buffer.write(parts)
    expect(lines.join('')).toContain('buffer not written')
  })
})
