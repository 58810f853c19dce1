import { buildSchema } from 'graphql'
import { assertEverythingDescribed, compareWithContract } from '#test/support/schema-contract.js'

const contract = `
  type Query { plan(code: String!, limit: Int = 10): Plan plans: [Plan!]! }
  type Mutation { buy(input: BuyInput!): Plan }
  type Plan { code: String! rank: Int }
  input BuyInput @oneOf { plan: String package: String }
  enum Interval { MONTH YEAR }
  type Later { id: ID! }
`

async function violationsAfter(from: string, to: string): Promise<string[]> {
  expect(contract).toContain(from)
  const report = await compareWithContract(contract, contract.replace(from, to), [])
  return report.violations
}

describe('comparison with the contract', () => {
  it('accepts the contract itself and additions to it', async () => {
    const more = contract.replace('rank: Int', 'rank: Int, name: String').replace('MONTH', 'MONTH WEEK')
    expect(await compareWithContract(contract, more, [])).toEqual({ violations: [], served: [] })
  })

  it.each([
    ['a removed field', 'rank: Int', ''],
    ['a renamed argument', 'limit: Int = 10', 'first: Int = 10'],
    ['a changed default', 'limit: Int = 10', 'limit: Int = 20'],
    ['a lost default', 'limit: Int = 10', 'limit: Int'],
    ['a looser field', '[Plan!]!', '[Plan]!'],
    ['a stricter field', 'rank: Int', 'rank: Int!'],
    ['a stricter argument', 'limit: Int = 10', 'limit: Int! = 10'],
    ['a new required argument', 'plans: ', 'plans(group: String!): '],
    ['a removed enum value', 'MONTH YEAR', 'MONTH'],
    ['an input that is no longer @oneOf', 'BuyInput @oneOf', 'BuyInput'],
  ])('rejects %s', async (_what, from, to) => {
    expect(await violationsAfter(from, to)).not.toEqual([])
  })

  it('accepts missing pending parts, and lists those that are served', async () => {
    const early = contract.replace('type Later { id: ID! }', '').replace('rank: Int', '')
    expect(await compareWithContract(contract, early, ['Type Later', 'Plan.rank'])).toEqual({
      violations: [],
      served: [],
    })
    const report = await compareWithContract(contract, contract, ['Type Later', 'Plan.rank'])
    expect(report.served).toEqual(['Type Later', 'Plan.rank'])
  })
})

describe('check of descriptions', () => {
  it('lists every missing description, including root types (DF-D8)', () => {
    const schema = buildSchema(`
      type Query { "Said." plan("Said." code: String!, limit: Int): Color }
      "Said." enum Color { RED "Said." BLUE }
    `)
    expect(() => assertEverythingDescribed(schema)).toThrow('No description: Query, Query.plan(limit), Color.RED')
  })
})
