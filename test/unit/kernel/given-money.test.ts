import 'reflect-metadata'
import fc from 'fast-check'
import { buildSchema, execute, parse, type GraphQLObjectType, type GraphQLSchema } from 'graphql'
import { readDecimals } from '#schema/kernel/given-money.js'
import { MoneyInput } from '#schema/kernel/money.input.js'
import { GivenAmountError, UnreadableAmount } from '#schema/kernel/unreadable-amount.js'
import { CURRENCIES } from '#services/kernel/money/currency.js'
import { toDecimal } from '#services/kernel/money/money.js'

const SCHEMA = `
  scalar Decimal
  input MoneyInput { amountMinor: Float, decimal: Decimal, currency: String! }
  input Limit { units: Float, money: MoneyInput, next: Limit }
  input Terms { limits: [Limit!], price: MoneyInput }
  type Denial { code: String!, message: String!, issues: [Issue!]! }
  type Issue { path: [String!]! }
  type Payload { seen: String, denial: Denial }
  type Query { seen(input: Terms, amount: MoneyInput): String }
  type Mutation { see(input: Terms, amount: MoneyInput): Payload }
`

/** A schema whose fields return the arguments that they received. */
function echo(): GraphQLSchema {
  const schema = buildSchema(SCHEMA)
  const fields = (type: GraphQLObjectType) => type.getFields()
  fields(schema.getQueryType()!)['seen']!.resolve = (_, args) => JSON.stringify(args)
  fields(schema.getMutationType()!)['see']!.resolve = (_, args) => ({ seen: JSON.stringify(args) })
  Object.values(schema.getTypeMap()).forEach(readDecimals)
  return schema
}

const schema = echo()

async function ask(text: string, variableValues: Record<string, unknown>) {
  const { data, errors } = await execute({ schema, document: parse(text), variableValues })
  return { data: data as { seen?: string; see?: { seen: string | null; denial: { message: string } | null } }, errors }
}

const money = fc.record({
  currency: fc.constantFrom(...CURRENCIES),
  amountMinor: fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 }),
})

describe('an amount that is given as a decimal', () => {
  it('reaches every field as minor units, wherever it is in the arguments, and fields share a variable', async () => {
    await fc.assert(
      fc.asyncProperty(money, money, fc.boolean(), async (first, second, isDecimal) => {
        const form = (amount: typeof first) =>
          isDecimal ? { decimal: toDecimal(amount), currency: amount.currency } : amount
        const input = { limits: [{ units: 3 }, { next: { money: form(first) } }], price: form(second) }
        const { data, errors } = await ask(
          'query ($input: Terms, $amount: MoneyInput) { seen(input: $input, amount: $amount) again: seen(input: $input) }',
          { input, amount: form(second) },
        )
        expect(errors).toBeUndefined()
        const read = { limits: [{ units: 3 }, { next: { money: first } }], price: second }
        expect(JSON.parse(data.seen!)).toEqual({ input: read, amount: second })
        expect(JSON.parse((data as { again: string }).again)).toEqual({ input: read })
      }),
    )
  })

  it('is refused with more decimals than the currency has: a mutation is denied, with the place', async () => {
    await fc.assert(
      fc.asyncProperty(money, async (amount) => {
        const decimal = toDecimal(amount)
        const given = { decimal: `${decimal}${decimal.includes('.') ? '' : '.'}1`, currency: amount.currency }
        const mutation =
          'mutation ($input: Terms) { see(input: $input) { seen denial { code message issues { path } } } }'
        const { data } = await ask(mutation, { input: { limits: [{ money: given }] } })
        expect(data.see).toEqual({
          seen: null,
          denial: {
            code: 'INVALID_AMOUNT',
            message: expect.stringContaining(`${amount.currency} has `) as string,
            issues: [{ path: ['limits', '0', 'money', 'decimal'] }],
          },
        })
        const { errors } = await ask('query ($amount: MoneyInput) { seen(amount: $amount) }', { amount: given })
        expect(errors![0]!.message).toBe(data.see!.denial!.message)
      }),
    )
  })

  it.each([
    ['both forms', { amountMinor: 1, decimal: '0.01', currency: 'USD' }],
    ['none', { currency: 'USD' }],
    ['nulls', { amountMinor: null, decimal: null, currency: 'USD' }],
  ])('is refused with %s', async (_, amount) => {
    const { errors } = await ask('query ($amount: MoneyInput) { seen(amount: $amount) }', { amount })
    expect(errors![0]!.message).toBe('Set either amountMinor or decimal of an amount.')
  })

  it('is refused after every other check of a mutation', async () => {
    const guarded = echo()
    const see = guarded.getMutationType()!.getFields()['see']!
    see.resolve = () => Promise.reject(new Error('FORBIDDEN'))
    readDecimals(guarded.getMutationType()!)
    const document = parse('mutation ($amount: MoneyInput) { see(amount: $amount) { seen denial { code } } }')
    const variableValues = { amount: { currency: 'USD', decimal: '1.001' } }
    expect((await execute({ schema: guarded, document, variableValues })).errors![0]!.message).toBe('FORBIDDEN')
  })

  it('throws in each use of a resolver, also in a comparison that converts nothing', () => {
    const price = (amountMinor: unknown) => Object.assign(new MoneyInput(), { amountMinor, currency: 'USD' })
    const unreadable = price(new UnreadableAmount(new GivenAmountError('Not readable.', 'price')))
    const uses: ((money: MoneyInput) => unknown)[] = [
      ({ amountMinor }) => amountMinor === 5,
      ({ amountMinor }) => amountMinor ?? 5,
      (money) => Object.assign({}, money),
      (money) => JSON.stringify(money),
    ]
    for (const use of uses) expect(() => use(unreadable)).toThrow('Not readable.')
    expect(uses.map((use) => use(price(5)))).toEqual([
      true,
      5,
      { amountMinor: 5, currency: 'USD' },
      '{"amountMinor":5,"currency":"USD"}',
    ])
  })

  it('may be absent or null', async () => {
    const { data } = await ask('query ($amount: MoneyInput) { seen(amount: $amount) }', { amount: null })
    expect(data.seen).toBe('{"amount":null}')
    expect((await ask('{ seen }', {})).data.seen).toBe('{}')
  })
})
