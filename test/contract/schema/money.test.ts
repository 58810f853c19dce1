import { readFileSync } from 'node:fs'
import { buildSchema, getNamedType, isInputObjectType, isObjectType, type GraphQLSchema } from 'graphql'

const printed = buildSchema(readFileSync('src/schema/schema.graphql', 'utf8'))

interface Member {
  readonly owner: string
  readonly name: string
  readonly type: string
}

/** Fields of objects and inputs, and arguments. */
const membersOf = (schema: GraphQLSchema): Member[] =>
  Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) || isInputObjectType(type))
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((owner) =>
      Object.values(owner.getFields()).flatMap((field) => [
        { owner: owner.name, name: field.name, type: getNamedType(field.type).name },
        ...('args' in field
          ? field.args.map(({ name, type }) => ({
              owner: `${owner.name}.${field.name}`,
              name,
              type: getNamedType(type).name,
            }))
          : []),
      ]),
    )

const MONEY = /money|price|currency|amount|cost/i

/** Texts that say money, and amounts without their currency. */
const looseMoney = (schema: GraphQLSchema): string[] =>
  membersOf(schema)
    .filter(
      ({ owner, name, type }) =>
        (type === 'String' && MONEY.test(name)) || (/minor/i.test(name) && owner !== 'Money' && owner !== 'MoneyInput'),
    )
    .map(({ owner, name }) => `${owner}.${name}`)

describe('money of the schema', () => {
  it('has a currency, and is no text', () => {
    expect(looseMoney(printed)).toEqual([])
    const loose = buildSchema(`
      scalar CurrencyCode
      type Query { plan(maxPrice: String): Plan }
      type Plan { price: String currency: CurrencyCode }
      type Money { amountMinor: Int! }
      input OfferInput { amountMinor: Int! amount: String }
    `)
    expect(looseMoney(loose)).toEqual([
      'Query.plan.maxPrice',
      'Plan.price',
      'OfferInput.amountMinor',
      'OfferInput.amount',
    ])
  })
})
