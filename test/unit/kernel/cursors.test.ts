import { AppError } from '#services/kernel/errors/app-error.js'
import { decodeCursor, encodeCursor } from '#services/kernel/events/cursor.js'
import { pageRequest, readPage } from '#services/kernel/paging/page.js'

const base64 = (text: string) => Buffer.from(text).toString('base64url')

const denial = (error: unknown) => {
  expect(error).toBeInstanceOf(AppError)
  return [(error as AppError).code, (error as AppError).details]
}

function refused(act: () => unknown) {
  try {
    act()
  } catch (error) {
    return denial(error)
  }
  throw new Error('accepted')
}

describe('stream cursors', () => {
  it.each([0, 1, 41, Number.MAX_SAFE_INTEGER])('decode to position %d', (sequence) => {
    expect(decodeCursor('acc_1', encodeCursor('acc_1', sequence))).toBe(sequence)
  })

  it.each([
    ['nothing', ''],
    ['no cursor', 'abc'],
    ["another stream's", encodeCursor('acc_2', 3)],
    ['one of a stream whose name begins the same', encodeCursor('acc_11', 3)],
    ['a place that is no number', base64('acc_1:x')],
    ['a place before the beginning', base64('acc_1:-1')],
    ['a place with decimals', base64('acc_1:1.5')],
    ['no place', base64('acc_1:')],
    ['a place beyond what numbers can say', base64(`acc_1:${'9'.repeat(16)}`)],
    ['a very long one', base64(`acc_1:${'1'.repeat(100_000)}`)],
  ])('reject %s', (_what, cursor) => {
    expect(refused(() => decodeCursor('acc_1', cursor))).toEqual(['INVALID_CURSOR', { field: 'after' }])
  })
})

describe('pages', () => {
  const items = ['a', 'b', 'c', 'd', 'e']
  const read = (limit: number, after: readonly string[] | null) =>
    Promise.resolve(items.filter((item) => !after || item > after[0]!).slice(0, limit))
  const page = (first: number, after: string | null = null) =>
    readPage({ first, after }, 'letters', (item) => [item], read)

  it('follow each other without gap or overlap', async () => {
    const seen: string[] = []
    let after: string | null = null
    for (;;) {
      const next = await page(2, after)
      seen.push(...next.items)
      expect(next.hasPreviousPage).toBe(after !== null)
      if (!next.hasNextPage) break
      after = next.cursors.at(-1)!
    }
    expect(seen).toEqual(items)
  })

  it('report the last page, also if it is full', async () => {
    expect(await page(5)).toMatchObject({ items, hasNextPage: false })
    expect(await page(100)).toMatchObject({ items, hasNextPage: false })
  })

  it.each([
    '',
    'x',
    base64('{}'),
    base64('[]'),
    base64('[1]'),
    base64('["a","b","c","d"]'),
    base64('"a"'),
    base64('null'),
    base64('["other list","a"]'),
    base64('["letters"]'),
    base64('["letters","a\\u0000"]'),
  ])('reject the cursor %j', async (cursor) => {
    const error: unknown = await page(2, cursor).catch((caught: unknown) => caught)
    expect(denial(error)).toEqual(['INVALID_CURSOR', { field: 'after' }])
  })

  it('have 0 to 100 items, or the default of their list', () => {
    expect(pageRequest({}, 20)).toEqual({ first: 20, after: null })
    expect(pageRequest({ first: null, after: null }, 20)).toEqual({ first: 20, after: null })
    expect(pageRequest({ first: 100 }, 20).first).toBe(100)
    expect(pageRequest({ first: 0 }, 20).first).toBe(0)
    for (const first of [-1, 101])
      expect(refused(() => pageRequest({ first }, 20))).toEqual(['BAD_USER_INPUT', { field: 'first' }])
  })
})
