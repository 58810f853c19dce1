import fc from 'fast-check'
import { parse, stringify } from 'yaml'
import { readYaml } from '#services/kernel/yaml/read-yaml.js'

const LIMITS = { tokens: 2_000, levels: 10, values: 1_000, characters: 10_000 }
const read = (text: string) => {
  const result = readYaml(text, LIMITS)
  return result.kind === 'value' ? result.value : result.message
}

describe('YAML that is read as JSON', () => {
  it('is what the package reads, for every JSON value in every style', () => {
    const value = fc
      .jsonValue({ maxDepth: 4 })
      .filter((json) => JSON.stringify(json).length < 1_000 && !/e[-+]|-0[,\]}]|\d{16}/.test(JSON.stringify(json)))
    const style = fc.record({
      collectionStyle: fc.constantFrom('any' as const, 'block' as const, 'flow' as const),
      indent: fc.integer({ min: 1, max: 4 }),
      defaultStringType: fc.constantFrom('PLAIN' as const, 'QUOTE_DOUBLE' as const, 'BLOCK_FOLDED' as const),
    })
    fc.assert(
      fc.property(value, style, (json, options) => {
        const text = stringify(json, options)
        const result = readYaml(text, { tokens: 100_000, levels: 20, values: 10_000, characters: 100_000 })
        expect(result.kind === 'value' && result.value).toEqual(parse(text))
      }),
      { numRuns: 300 },
    )
  })

  it('has anchors, aliases and merge keys', () => {
    const text = `a: &a { x: 1, y: 2 }\nb: { <<: *a, y: 3 }\nc: { <<: [{ z: 1 }, *a, { z: 2 }], x: 4 }\nd: [*a, "<<"]\n`
    expect(read(text)).toEqual(parse(text, { merge: true }))
    expect(read(`a: &a { x: 1 }\nb:\n  !!merge <<: *a\n  y: 2`)).toEqual({ a: { x: 1 }, b: { x: 1, y: 2 } })
    expect(read('a: &a 1\nb: *a\nc: &a 2\nd: *a')).toEqual({ a: 1, b: 1, c: 2, d: 2 })
    expect(read('a: &a 1\nb: &b [*a]\nc: &a 2\nd: *b')).toEqual({ a: 1, b: [1], c: 2, d: [1] })
  })

  it('has the line of each value, and the same origin for its copies', () => {
    const text = `a: &a\n  x: 1\n  z: [5,\n    6]\nb:\n  <<: *a\n  y: 2\nc: *a\n`
    const result = readYaml(text, LIMITS)
    if (result.kind !== 'value') throw new Error(result.message)
    const at = (...path: (string | number)[]) => result.placeOf(path)
    expect([at('a'), at('a', 'x'), at('a', 'z', 1), at('b', 'y'), at('c')].map(({ line }) => line)).toEqual([
      1, 2, 4, 7, 8,
    ])
    expect(at('b', 'x')).toMatchObject({ line: 2, isCopy: true })
    expect(at('b', 'x').origin).toBe(at('a', 'x').origin)
    expect(at('c', 'z', 0).origin).toBe(at('a', 'z', 0).origin)
    expect(at('a', 'x').isCopy).toBe(false)
    expect(at('a', 'missing')).toMatchObject({ line: 1 })
    expect(at('b', 'y', 'deep')).toMatchObject({ line: 7 })
  })

  it('has only texts as keys if they are required', () => {
    for (const key of ['1', '1.5', 'true', '0x1'])
      expect(readYaml(`a:\n  ${key}: b`, { ...LIMITS, areKeysTexts: true })).toMatchObject({
        message: `The key ${key} is no text; write it in quotes at line 2, column 3`,
      })
    expect(readYaml('"1": b\non: c', { ...LIMITS, areKeysTexts: true })).toMatchObject({ value: { 1: 'b', on: 'c' } })
  })

  it('has names as they are written, also of prototypes', () => {
    expect(JSON.stringify(read('1.0: a\ntrue: b\n0x10: c\n__proto__: { d: 1 }'))).toBe(
      '{"1.0":"a","true":"b","0x10":"c","__proto__":{"d":1}}',
    )
  })

  it.each(['22:22', '012abc', 'yes', 'on', '1_000', '2026-01-01', '0b11', '"012"', '!!str 012', '!!str .inf', 'x'])(
    'keeps the text of %s',
    (scalar) => {
      expect(read(`a: ${scalar}`)).toEqual({ a: scalar.replace(/^!!str |"/g, '').replace('"', '') })
    },
  )

  it.each([
    ['0o14', 12],
    ['0x1F', 31],
    ['1.50', 1.5],
    ['1e3', 1000],
    ['-7', -7],
    ['9007199254740991', 2 ** 53 - 1],
    ['0.1', 0.1],
  ])('keeps the value of %s', (scalar, value) => {
    expect(read(`a: ${scalar}`)).toEqual({ a: value })
  })

  it.each([
    ['a: !!binary aGVsbG8=', 'The tag tag:yaml.org,2002:binary is not supported at line 1, column 13'],
    ['a: !!set { b }', 'tag:yaml.org,2002:set is not supported'],
    ['a: !!omap [b: 1]', 'tag:yaml.org,2002:omap is not supported'],
    ['a: !!pairs [b: 1]', 'tag:yaml.org,2002:pairs is not supported'],
    ['a: !!timestamp 2026-01-01', 'timestamp'],
    ['a: !reset null', 'Unresolved tag: !reset at line 1, column 4'],
    ['%TAG ! tag:yaml.org,2002:\n---\na: !binary aGVsbG8=', 'tag:yaml.org,2002:binary'],
    ['a: .nan', '.nan is not kept exactly as a number; write it in quotes at line 1, column 4'],
    ['a: -.inf', '-.inf is not kept'],
    ['a: 012', '012 is not kept'],
    ['a: -00', '-00 is not kept'],
    ['a: 9007199254740993', '9007199254740993 is not kept'],
    ['a: 1e400', '1e400 is not kept'],
    ['a: 0.12345678901234567', '0.12345678901234567 is not kept'],
    ['%YAML 1.1\n---\na: 22:22', '%YAML 1.1 is not supported; write YAML 1.2 at line 1, column 1'],
    ['a: &a [*a]', 'a contains itself at line 1, column 8'],
    ['a: *b', 'alias'],
    ['a: 1\n"a": 2', 'Map keys must be unique at line 2, column 1'],
    ['<<: { a: 1 }\n<<: { a: 1 }', 'Map keys must be unique at line 2'],
    ['<<: 1', '<< must contain a map, or a list of maps at line 1, column 1'],
    ['? [a]\n: 1', 'A key must be a text at line 1, column 3'],
    [': 1', 'A key must not be empty at line 1, column 1'],
    ['a: 1\n---\nb: 2', 'multiple documents'],
    [`a: ${'['.repeat(11)}`, 'Nested deeper than 10 levels at line 1'],
    [`a: &a [[[[[1]]]]]\nb: [[[[[*a]]]]]`, 'Nested deeper than 10 levels at line 1'],
    [`a: [${'1,'.repeat(1_000)}]`, 'More than 2000 words and punctuation marks at line 1'],
    [`a: &a [${'1,'.repeat(100)}]\nb: [${'*a,'.repeat(10)}]`, 'More than 1000 values'],
    [`a: &a ${'x'.repeat(5_000)}\nb: [*a, *a]`, 'More than 10000 characters'],
  ])('is no text that would change, or without end: %j', (text, message) => {
    expect(read(text)).toContain(message)
  })
})
