import { readFileSync } from 'node:fs'
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  type GraphQLInterfaceType,
  type GraphQLType,
} from 'graphql'

const schema = buildSchema(readFileSync('src/schema/schema.graphql', 'utf8'))
const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'))

interface Named {
  /** `Type.field`, or `Type.field(argument)`. */
  readonly place: string
  readonly name: string
  readonly type: GraphQLType
}

const named: readonly Named[] = types.flatMap((type) => {
  if (isInputObjectType(type))
    return Object.values(type.getFields()).map((field) => ({
      place: `${type.name}.${field.name}`,
      name: field.name,
      type: field.type,
    }))
  if (!isObjectType(type) && !isInterfaceType(type)) return []
  return Object.values(type.getFields()).flatMap((field) => [
    { place: `${type.name}.${field.name}`, name: field.name, type: field.type },
    ...field.args.map((argument) => ({
      place: `${type.name}.${field.name}(${argument.name})`,
      name: argument.name,
      type: argument.type,
    })),
  ])
})

const placesOf = (isBad: (one: Named) => boolean): string[] => named.filter(isBad).map(({ place }) => place)

const SOME_HAVE_NONE = 'never null where the object always has one'

/**
 * Fields that have another type in some nodes: what they say is of the object. `__typename` decides which one a client reads, so that it needs
 * an alias to select two in one operation.
 */
const OF_THE_OBJECT: Readonly<Record<string, string>> = {
  kind: 'each object has kinds of its own',
  status: 'each object has statuses of its own',
  type: 'each object has types of its own',
  action: 'each object has actions of its own',
  plan: 'an account holds a plan on terms; a product can be of none',
  price: 'of work, of a subscription, of a template',
  url: 'an endpoint always has one, a payment only while it is open',
  endsAt: SOME_HAVE_NONE,
  startsAt: SOME_HAVE_NONE,
  failureReason: 'each object has reasons of its own',
  error: 'an agent reports a structure, a run a sentence',
  differences: 'a comparison has pages of them, a price list has few',
  limit: 'a cap can be of money',
  remaining: 'a cap can be of money',
  reserved: 'a cap can be of money',
  used: 'a cap can be of money, and an alert can be of a balance',
  granted: 'of credits, and of a feature',
  grants: 'of credits, and of a package',
  lines: 'of an invoice, and of a batch',
  number: 'of an invoice, which gets it when it is sent, and of a version',
  priority: 'of a category, and of a command',
  subject: 'of an event, and of a rule of access',
  ours: 'of a provider, and of a comparison of decisions',
  theirs: 'of a provider, and of a comparison of decisions',
  parameters: 'of a command, by the names of its agent, and of a template',
  actor: SOME_HAVE_NONE,
  startedBy: 'a deployment is started by people, a comparison also by keys',
  externalId: SOME_HAVE_NONE,
  vendor: SOME_HAVE_NONE,
  deployment: SOME_HAVE_NONE,
  feature: SOME_HAVE_NONE,
  template: SOME_HAVE_NONE,
  product: SOME_HAVE_NONE,
  subscription: SOME_HAVE_NONE,
  user: SOME_HAVE_NONE,
  resetsAt: SOME_HAVE_NONE,
  expiresAt: SOME_HAVE_NONE,
  startedAt: SOME_HAVE_NONE,
  providerReference: SOME_HAVE_NONE,
  reason: SOME_HAVE_NONE,
  amount: SOME_HAVE_NONE,
  description: SOME_HAVE_NONE,
  lostUnits: SOME_HAVE_NONE,
}

describe('Names', () => {
  it('have one type among nodes, so that one operation can select them of any node', () => {
    const found = new Map<string, Set<string>>()
    for (const node of schema.getPossibleTypes(schema.getType('Node') as GraphQLInterfaceType))
      for (const { name, type } of Object.values(node.getFields()))
        found.set(name, (found.get(name) ?? new Set()).add(String(type)))
    const conflicts = [...found].filter(([name, kinds]) => kinds.size > 1 && !(name in OF_THE_OBJECT))
    expect(conflicts.map(([name, kinds]) => [name, [...kinds]])).toEqual([])
    expect(Object.keys(OF_THE_OBJECT).filter((name) => (found.get(name)?.size ?? 0) < 2)).toEqual([])
    expect(['name', 'createdAt', 'revision'].map((name) => found.get(name)?.size)).toEqual([1, 1, 1])
  })

  it('call a status a status, and what was canceled CANCELED', () => {
    const enums = types.filter(isEnumType)
    expect(enums.filter(({ name }) => name.endsWith('State')).map(({ name }) => name)).toEqual([])
    expect(enums.flatMap((type) => type.getValues().filter(({ name }) => name.includes('CANCELLED')))).toEqual([])
    expect(placesOf(({ name }) => /^states?$|State$/.test(name))).toEqual([])
  })

  it('have one word for a time: startsAt and endsAt, from and to, createdAt, at', () => {
    const others = /^(since|until|date[A-Z]\w*|trialEnd|nextExpiry|requestedAt|offeredAt|openedAt)$/
    expect(placesOf(({ name }) => others.test(name))).toEqual([])
  })

  it('end in By for who acted only', () => {
    const others = named.filter(
      ({ place, name, type }) =>
        /[a-z]By$/.test(name) && !/Filter\.|\)$/.test(place) && !/^(?:Actor|User)!?$/.test(String(type)),
    )
    expect(others.map(({ place }) => place)).toEqual([])
  })

  it('call a free text of a list search', () => {
    const texts = placesOf(({ name, place }) => /^(query|text)$/.test(name) && /Filter\.|\(/.test(place))
    expect(texts).toEqual([])
  })
})
