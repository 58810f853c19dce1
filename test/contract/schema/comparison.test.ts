import { buildSchema } from 'graphql'
import { adviceAbout, assertEverythingDescribed, compareWithContract, readBlob } from '#test/support/schema-contract.js'

const contract = `
  type Query { plan(code: String!, limit: Int = 10): Plan plans: [Plan!]! }
  type Mutation { buy(input: BuyInput!): Plan }
  type Plan { code: String! rank: Int }
  input BuyInput @oneOf { plan: String package: String }
  enum Interval { MONTH YEAR }
  interface Named { id: ID! }
  type Later implements Named { id: ID! }
  union Product = Plan | Later
  scalar Code @specifiedBy(url: "https://example.com/code")
`

async function violationsAfter(from: string, to: string): Promise<readonly string[]> {
  expect(contract).toContain(from)
  return (await compareWithContract(contract, contract.replace(from, to))).violations
}

describe('comparison with the contract', () => {
  it('accepts the contract itself and additions to it', async () => {
    const more = contract.replace('rank: Int', 'rank: Int, name: String').replace('MONTH', 'MONTH WEEK')
    const { violations, additions } = await compareWithContract(contract, more)
    expect(violations).toEqual([])
    expect(additions).toEqual([expect.stringMatching(/^Plan\.name: /), expect.stringMatching(/^Interval\.WEEK: /)])
    expect(await compareWithContract(contract, contract)).toEqual({ violations: [], additions: [] })
  })

  it.each([
    ['a field', 'rank: Int', 'rank: Int @deprecated(reason: "Use level.")'],
    ['an argument', 'limit: Int = 10', 'limit: Int = 10 @deprecated(reason: "Use first.")'],
    ['an enum value', 'MONTH', 'MONTH @deprecated(reason: "Use WEEK.")'],
  ])('accepts that %s is deprecated, and that this is undone', async (_what, from, to) => {
    expect(await violationsAfter(from, to)).toEqual([])
    expect((await compareWithContract(contract.replace(from, to), contract)).violations).toEqual([])
  })

  it('accepts a new type with required arguments, inputs and directives', async () => {
    const more = `interface Named { id: ID! }
      type New { a(b: Int!): Int! @deprecated(reason: "Old.") } input NewInput @oneOf { x: Int y: Int } union Either = New | Plan
      scalar Day @specifiedBy(url: "https://example.com/day")`
    expect(await violationsAfter('interface Named { id: ID! }', more)).toEqual([])
  })

  it('advises what to do about a violation', async () => {
    const violations = await violationsAfter('rank: Int', '')
    expect(adviceAbout(violations)).toMatch(
      /^Plan\.rank: .*\n\nThese changes break clients\. Add the new form, and deprecate/,
    )
    expect(adviceAbout([])).toBe('')
  })

  it('ignores descriptions', async () => {
    const described = contract.replace('type Plan { code', '"A plan." type Plan { "Its code." code')
    expect(described).toContain('Its code.')
    expect(await compareWithContract(contract, described)).toEqual({ violations: [], additions: [] })
  })

  it('fails with the reason in a clone without the schema of the contract', () => {
    expect(() => readBlob('0'.repeat(40))).toThrow(/0{40}, is not in the history of this clone/)
  })

  it.each([
    ['a removed field', 'rank: Int', ''],
    ['a removed type', 'scalar Code @specifiedBy(url: "https://example.com/code")', ''],
    ['a renamed argument', 'limit: Int = 10', 'first: Int = 10'],
    ['a changed default', 'limit: Int = 10', 'limit: Int = 20'],
    ['a lost default', 'limit: Int = 10', 'limit: Int'],
    ['a looser field', '[Plan!]!', '[Plan]!'],
    ['a stricter field', 'rank: Int', 'rank: Int!'],
    ['a stricter argument', 'limit: Int = 10', 'limit: Int! = 10'],
    ['a new required argument', 'plans: ', 'plans(group: String!): '],
    ['a removed enum value', 'MONTH YEAR', 'MONTH'],
    ['a required field of an input', 'package: String }', 'package: String extra: Int! }'],
    ['a removed member of a union', 'Plan | Later', 'Plan'],
    ['another specification of a scalar', 'example.com/code', 'example.com/other'],
    ['an object without its interface', 'Later implements Named', 'Later'],
    ['an input that is no longer @oneOf', 'BuyInput @oneOf', 'BuyInput'],
  ])('rejects %s', async (_what, from, to) => {
    expect(await violationsAfter(from, to)).not.toEqual([])
  })
})

describe('check of descriptions', () => {
  it('lists every missing description, including root types', () => {
    const schema = buildSchema(`
      type Query { "Said." plan("Said." code: String!, limit: Int): Color }
      "Said." enum Color { RED "Said." BLUE }
    `)
    expect(() => assertEverythingDescribed(schema)).toThrow('No description: Query, Query.plan(limit), Color.RED')
  })
})
