import { readFileSync } from 'node:fs'
import {
  buildSchema,
  getNamedType,
  isInputObjectType,
  isObjectType,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLSchema,
  type GraphQLType,
} from 'graphql'

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
    .flatMap((owner) => {
      const fields: (GraphQLField<unknown, unknown> | GraphQLInputField)[] = Object.values(owner.getFields())
      return fields.flatMap((field) => [
        member(owner.name, field),
        ...('args' in field ? field.args.map((arg) => member(`${owner.name}.${field.name}`, arg)) : []),
      ])
    })

const member = (owner: string, { name, type }: { readonly name: string; readonly type: GraphQLType }): Member => ({
  owner,
  name,
  type: getNamedType(type).name,
})

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
