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
  return compareWithContract(contract, contract.replace(from, to))
}

describe('comparison with the contract', () => {
  it('accepts the contract itself and additions to it', async () => {
    const more = contract.replace('rank: Int', 'rank: Int, name: String').replace('MONTH', 'MONTH WEEK')
    expect(await compareWithContract(contract, more)).toEqual([])
  })

  it.each([
    ['a removed field', 'rank: Int', ''],
    ['a removed type', 'type Later { id: ID! }', ''],
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
