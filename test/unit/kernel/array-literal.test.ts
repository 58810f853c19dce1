import { arrayLiteral, type ArrayElement } from '#services/kernel/database/array-literal.js'

describe('PostgreSQL array literal', () => {
  it.each<[readonly ArrayElement[], string]>([
    [[], '{}'],
    [[1, -2, null, 9_007_199_254_740_991], '{1,-2,NULL,9007199254740991}'],
    [[true, false], '{true,false}'],
    [['a', '', 'NULL', 'b,c', '{}', ' '], '{"a","","NULL","b,c","{}"," "}'],
    [
      ['say "hi"', 'back\\slash', `it's`, 'ümläut 🎈', 'line\nbreak'],
      '{"say \\"hi\\"","back\\\\slash","it\'s","ümläut 🎈","line\nbreak"}',
    ],
    [
      ['"\u007f\u2028é\u00a0', '"\u0001', '"🎈', '"\ud800'],
      '{"\\"\u007f\u2028é\u00a0","\\"\u0001","\\"🎈","\\"\ud800"}',
    ],
    [['"', '"', '\\'], '{"\\"","\\"","\\\\"}'],
    [[new Date('2028-02-29T23:59:59.999Z'), null], '{2028-02-29T23:59:59.999Z,NULL}'],
  ])('of %j is %s', (values, literal) => {
    expect(arrayLiteral(values)).toBe(literal)
  })
})
