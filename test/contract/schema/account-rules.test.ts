import { readdirSync, readFileSync } from 'node:fs'
import { buildSchema, getNamedType, isListType, type GraphQLObjectType } from 'graphql'
import { customerPart } from '#schema/audience.js'

const printed = readFileSync('src/schema/schema.graphql', 'utf8')
const schema = buildSchema(printed)
const fieldsOf = (type: string) => Object.values((schema.getType(type) as GraphQLObjectType).getFields())

describe('rules of the schema about accounts', () => {
  it('take the account of a list of the installation in its filter', () => {
    const lists = fieldsOf('Query').filter(
      ({ name, type }) => (getNamedType(type).name.endsWith('Connection') || isListType(type)) && name !== 'checks',
    )
    expect(lists.flatMap(({ name, args }) => (args.some((arg) => arg.name === 'accountId') ? [name] : []))).toEqual([])
  })

  it('refuse a group of an account as a whole: its lists and pages are never null', () => {
    const groups = fieldsOf('Account').map(({ type }) => getNamedType(type).name)
    const nullable = ['AccountAccess', 'AccountBilling', 'AccountUsage'].flatMap((group) => {
      expect(groups).toContain(group)
      return fieldsOf(group)
        .filter(({ type }) => isListType(type) || getNamedType(type).name.endsWith('Connection'))
        .filter(({ type }) => !String(type).endsWith('!'))
        .map(({ name }) => `${group}.${name}`)
    })
    expect(nullable).toEqual([])
  })

  it('let a field of an account be refused only with a marker', () => {
    // Templates are null for wrong arguments only.
    const refusable = fieldsOf('Account').filter(
      ({ name, type }) => /(?:Connection|\])$/.test(String(type)) && name !== 'purchasedTemplates',
    )
    expect(refusable.flatMap(({ name, astNode }) => (astNode!.directives!.length === 0 ? [name] : []))).toEqual([])
  })
})

describe('the part of the schema for customers', () => {
  it('leaves out fields of operators, and types that only they lead to', () => {
    const part = customerPart(`
      directive @requires(permission: Permission!) on FIELD_DEFINITION
      enum Permission { BILLING_READ OPS_READ }
      interface Node { id: ID! }
      type Query { node(id: ID!): Node account: Account drift(filter: DriftFilter): Drift @requires(permission: OPS_READ) }
      type Account implements Node { id: ID! billing: Billing @requires(permission: BILLING_READ) }
      type Billing { items: [Item!]! }
      interface Item { at: String! }
      type Event implements Item { at: String! }
      input DriftFilter { id: ID }
      type Drift implements Node { id: ID! }
    `)
    const names = Object.keys(buildSchema(part).getTypeMap())
    for (const name of ['Account', 'Billing', 'Event', 'Node']) expect(names).toContain(name)
    for (const name of ['Drift', 'DriftFilter']) expect(names).not.toContain(name)
    expect(part).not.toContain('drift(')
  })

  it('has at most 420 definitions', () => {
    const part = buildSchema(customerPart(printed))
    expect(Object.keys(part.getTypeMap()).filter((name) => !name.startsWith('__')).length).toBeLessThanOrEqual(420)
  })

  it('has no operation of the module of operators but those on the data of an account', () => {
    const part = buildSchema(customerPart(printed))
    const names = [part.getQueryType(), part.getMutationType(), part.getSubscriptionType()].flatMap((root) =>
      Object.keys(root!.getFields()),
    )
    const ofInstallation = readdirSync('src/resolvers/ops')
      .filter((file) => file.endsWith('.resolver.ts'))
      .map((file) => readFileSync(`src/resolvers/ops/${file}`, 'utf8'))
      .flatMap((text) => [...text.matchAll(/^ {2}@(?:query|mutation|preview)\([\s\S]*?^ {2}(?:async )?(\w+)\(/gm)])
      .map(([, name]) => name!)
    expect(ofInstallation.length).toBeGreaterThan(10)
    expect(ofInstallation.filter((name) => names.includes(name))).toEqual([
      'exportAccount',
      'deleteAccount',
      'cancelAccountDeletion',
    ])
    expect(names).not.toContain('operatorEvents')
  })

  it('states no operation that its text keeps to operators', () => {
    const part = buildSchema(customerPart(printed))
    const described = [part.getQueryType(), part.getMutationType(), part.getSubscriptionType()].flatMap((root) =>
      Object.values(root!.getFields()).map(({ name, description }) => [name, description ?? ''] as const),
    )
    expect(
      described.flatMap(([name, text]) => (/[Rr]equires (?:an operator|the role)\b(?! or)/.test(text) ? [name] : [])),
    ).toEqual([])
  })
})
