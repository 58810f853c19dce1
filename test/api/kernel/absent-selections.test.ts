import { buildSchema, parse, print, validate } from 'graphql'
import { absentIn, leavesOutAbsent } from '#edge/graphql/absent-selections.js'

const whole = `
  interface Node { id: ID! }
  type Item implements Node { id: ID!, name: String, price: Money, owner: Owner }
  type Order implements Node { id: ID!, item: Item }
  type Money { amount: Int }
  type Owner { name: String, orders(first: Size): [Order!] }
  input Size { count: Int }
  type Query { item(id: ID): Item, node(id: ID): Node, order: Order }
`
const part = buildSchema(`
  interface Node { id: ID! }
  type Item implements Node { id: ID!, name: String, owner: Owner }
  type Owner { name: String }
  type Query { item(id: ID): Item, node(id: ID): Node }
`)
const compact = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()

const MANY = `{ item { name price { amount } ...A } node { ... on Item { name } ... on Order { id } ...B } }
  fragment A on Item { owner { orders { id } } } fragment B on Order { id }`

describe('Documents that select parts of a larger schema', () => {
  const reduce = leavesOutAbsent(part, () => whole)
  const reduced = (text: string): string => compact(print(reduce(parse(text))))

  it('name what was left out of them', () => {
    expect(absentIn(reduce(parse(MANY)))).toEqual(['Item.price', 'Order', 'Owner.orders'])
    expect(absentIn(reduce(parse('{ item { name } }')))).toEqual([])
  })

  it.each([
    ['fields', '{ item { name price { amount } } }', '{ item { name } }'],
    ['objects without another field', '{ item { name owner { orders { id } } } }', '{ item { name } }'],
    [
      'fragments on types',
      '{ node { ... on Item { name } ... on Order { item { id } } } }',
      '{ node { ... on Item { name } } }',
    ],
    [
      'fragments that only absent fields use',
      '{ item { name ...A } } fragment A on Item { price { ...B } } fragment B on Money { amount }',
      '{ item { name } }',
    ],
    [
      'variables that only absent fields use',
      'query ($id: ID, $size: Size) { item(id: $id) { owner { name orders(first: $size) { id } } } }',
      'query ($id: ID) { item(id: $id) { owner { name } } }',
    ],
    [
      'parts of one of several operations',
      'query A($s: Size) { item { name owner { orders(first: $s) { id } } } } query B { item { ...C } } fragment C on Item { name price { amount } }',
      'query A { item { name } } query B { item { ...C } } fragment C on Item { name }',
    ],
  ])('are valid without %s', (_, text, expected) => {
    expect(reduced(text)).toBe(expected)
    expect(validate(part, reduce(parse(text)))).toEqual([])
  })

  it.each([
    ['a root field is absent', '{ order { id } }', 'Cannot query field "order" on type "Query".'],
    ['nothing else is selected', '{ item { price { amount } } }', 'Cannot query field "price" on type "Item".'],
    [
      'nothing else but an ID is selected',
      '{ item { id ...A } } fragment A on Item { price { amount } }',
      'Cannot query field "price" on type "Item".',
    ],
    [
      'a fragment has nothing else but an ID',
      '{ item { ...A } } fragment A on Item { id price { amount } }',
      'Cannot query field "price" on type "Item".',
    ],
    ['nothing else is selected of an object', '{ node { ... on Order { id } } }', 'Unknown type "Order".'],
    ['neither schema has a field', '{ item { id prize } }', 'Cannot query field "prize" on type "Item".'],
    ['a fragment contains itself', '{ item { ...A } } fragment A on Item { id ...A }', 'Cannot spread fragment "A"'],
    [
      'a fragment is not used',
      '{ item { id } } fragment A on Item { price { amount } id }',
      'Fragment "A" is never used',
    ],
    ['a variable is not used', 'query ($x: ID) { item { id price { amount } } }', 'Variable "$x" is never used.'],
  ])('are refused if %s', (_, text, message) => {
    expect(validate(part, reduce(parse(text))).map((error) => error.message)).toEqual(
      expect.arrayContaining([expect.stringContaining(message)]),
    )
  })

  it('stay the same object, and the larger schema is not read, if every name is known', () => {
    const known = parse(
      'query ($id: ID) { item(id: $id) { ...A __typename } } fragment A on Item { id owner { name } }',
    )
    const unread = leavesOutAbsent(part, () => {
      throw new Error('was read')
    })
    expect(unread(known)).toBe(known)
    expect(unread(parse('{ item { id } }')).definitions).toHaveLength(1)
  })
})
