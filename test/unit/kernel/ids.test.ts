import { createNewId, positionalId, positionOf, prefixOf } from '#services/kernel/ids/ids.js'
import { systemRandom } from '#services/kernel/random/system-random.js'
import { systemTimers } from '#services/kernel/time/system-timers.js'

const newId = createNewId(systemTimers, systemRandom)

describe('ids', () => {
  it('are unique and sort in creation order, also within a millisecond', () => {
    const ids = Array.from({ length: 20_000 }, () => newId('evt'))
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(ids)
  })

  it('sort by time across prefixes of one kind', async () => {
    const before = newId('cmd')
    await new Promise((wake) => setTimeout(wake, 3))
    expect(newId('cmd') > before).toBe(true)
  })

  it('follow the clock again after it was far ahead and was corrected', () => {
    let now = 1_768_000_000_000
    const make = createNewId({ now: () => now }, systemRandom)
    const before = make('evt')
    now += 40 * 86_400_000
    const ahead = make('evt')
    now -= 40 * 86_400_000
    const after = make('evt')
    expect(ahead > before).toBe(true)
    expect(after < ahead).toBe(true)
    expect(make('evt') > after).toBe(true)
  })

  it('contain their type', () => {
    expect(newId('acc')).toMatch(/^acc_[0-9a-hjkmnp-tv-z]{26}$/)
    expect(prefixOf(newId('dep'))).toBe('dep')
  })

  it.each([
    '',
    'acc',
    'acc_',
    'acc_1',
    `acc_${'0'.repeat(27)}`,
    `acc_${'u'.repeat(26)}`,
    `ACC_${'0'.repeat(26)}`,
    `acc-${'0'.repeat(26)}`,
    `acc_${'0'.repeat(26)}\n`,
  ])('reject %j', (text) => {
    expect(prefixOf(text)).toBeNull()
  })

  it('encode a position up to its stored limits: a version of 53 bits, 32 within it', () => {
    const account = newId('acc')
    const read = (...place: number[]) => positionOf(positionalId('led', account, ...place), 'led', 'acc', 3)?.place
    expect(read(2 ** 53 - 1, 2 ** 31 - 1, 2 ** 31 - 1)).toEqual([2 ** 53 - 1, 2 ** 31 - 1, 2 ** 31 - 1])
    expect([read(2 ** 53, 0, 0), read(1, 2 ** 31, 0), read(1, 0, 9_999_999_999)]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })

  it('contain 128 bits that cannot be guessed from the previous one', () => {
    const random = (id: string) => id.slice(-12)
    const ids = Array.from({ length: 1000 }, () => random(newId('enr')))
    expect(new Set(ids).size).toBe(ids.length)
  })
})
