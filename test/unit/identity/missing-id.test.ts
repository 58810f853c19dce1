import { spawnSync } from 'node:child_process'
import { splitReference } from '#services/identity/model/reference.js'
import { isMissingId } from '#services/identity/model/missing-id.js'
import { itUnless } from '#test/support/skip.js'

class User {}

/** Values of JavaScript whose texts are the same for all customers. */
const JAVASCRIPT: readonly unknown[] = [
  undefined,
  null,
  Number.NaN,
  {},
  new User(),
  Object.assign(() => 1, { toString: () => '[object Function]' }),
  Promise.resolve('ann'),
  new Map(),
  Symbol('id'),
  JSON.stringify({}),
  JSON.stringify([]),
]

const PYTHON = `
class User: pass
async def later(): pass
coroutine = later()
for value in [None, float('nan'), User(), User, {}, [], b'', b'ann', coroutine, later, len, object()]: print(value)
coroutine.close()
`

const GO = [
  '<nil>',
  '%!s(<nil>)',
  '%!s(int=42)',
  '%!d(string=ann)',
  '%!v(PANIC=String method: nil)',
  'map[]',
  '[]',
  '{}',
]
const OTHERS = ['Optional.empty', '#<User:0x000078e1>', 'nil', 'NULL', '(null)', ' undefined ', 'Null', 'none', 'nan']

const IDS = [
  '42',
  '0',
  'ann',
  'usr_1',
  'nullable',
  'none-of-them',
  'undefined1',
  'a@b.example',
  '{1}',
  '<3',
  'Symbolic',
]
const UUID = '00000000-0000-0000-0000-000000000000'

describe('texts of missing values', () => {
  it('are those that JavaScript writes', () => {
    expect(JAVASCRIPT.map(String).filter((text) => !isMissingId(text))).toEqual([])
  })

  itUnless(spawnSync('python3', ['--version']).error ? 'needs python3' : null)('are those that Python writes', () => {
    const written = spawnSync('python3', ['-c', PYTHON], { encoding: 'utf8' }).stdout.trim().split('\n')
    expect(written).toHaveLength(12)
    expect(written.filter((text) => !isMissingId(text))).toEqual([])
  })

  it.each([...GO, ...OTHERS])('are those of other languages, such as %s', (text) => {
    expect(isMissingId(text)).toBe(true)
    for (const kind of ['customer', 'person', 'team', 'community']) expect(splitReference(`${kind}:${text}`)).toBeNull()
  })

  it.each([...IDS, UUID])('are no ID such as %s', (id) => {
    expect(isMissingId(id)).toBe(false)
    expect(splitReference(`customer:${id}`)).toEqual({ kind: 'CUSTOMER', externalId: id })
  })
})
