import {
  getNamedType,
  getNullableType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql'

/** Identifiers by the name of their argument, as `accountId`. */
export type Identifiers = Readonly<Record<string, string>>

/** A document that is made from the schema. */
export interface SchemaDocument {
  /** The field that it reads, or the argument that it sets, as `Account.members` or `Mutation.leaveAccount(input.accountId:)`. */
  readonly coordinate: string
  readonly text: (identifiers: Identifiers) => string
}

/** Names of arguments and input fields that identify an object, and are not of the type `ID`. */
const IDENTIFIERS = ['hash', 'deploymentHash', 'sessionId', 'externalId', 'resourceId', 'token', 'slug']
/** Values that are accepted, by the name of the argument. */
const SAMPLES: Readonly<Record<string, string>> = {
  plan: '"plus"',
  feature: '"deployments"',
  features: '["deployments"]',
  currency: 'USD',
  email: '"new@example.com"',
  url: '"https://hooks.example.com/new"',
  types: '["webhook.test"]',
  scopes: '["entitlements:read"]',
  first: '2',
}
const SCALARS: Readonly<Record<string, string>> = {
  Boolean: 'true',
  Int: '1',
  Float: '1',
  SafeInt: '1',
  JSON: '{}',
  DateTime: '"2026-01-01T00:00:00Z"',
  CurrencyCode: 'USD',
}

interface Override {
  readonly path: readonly string[]
  readonly value: string
}

let serial = 0

/** Makes documents that read every field of a schema, and others that set every identifier of every operation. */
export class SchemaDocuments {
  private readonly paths: ReadonlyMap<string, readonly (readonly [GraphQLObjectType, string])[]>

  constructor(private readonly schema: GraphQLSchema) {
    this.paths = stepsToTypes(schema)
  }

  /** One document for each field that returns objects, with all their leaves, and one for the leaves of each root field. */
  fields(): SchemaDocument[] {
    return Object.values(this.schema.getTypeMap())
      .filter((type): type is GraphQLObjectType => isObjectType(type) && this.paths.has(type.name))
      .flatMap((type) =>
        Object.values(type.getFields())
          .filter((field) => !UNREAD.includes(`${type.name}.${field.name}`))
          .filter((field) => type.name === 'Query' || !isLeafType(getNamedType(field.type)))
          .map((field) => ({
            coordinate: `${type.name}.${field.name}`,
            text: (identifiers: Identifiers) =>
              `query { ${this.along(type, (owner) => this.read(owner, field, identifiers), identifiers)} }`,
          })),
      )
  }

  /** One document for each argument, and each field of an input, that identifies an object. */
  identifiers(): SchemaDocument[] {
    const roots = [this.schema.getQueryType()!, this.schema.getMutationType()!]
    return [...roots, ...Object.values(this.schema.getTypeMap()).filter(isObjectType)]
      .filter((type, index, all) => this.paths.has(type.name) || (roots.includes(type) && all.indexOf(type) === index))
      .filter((type, index, all) => all.indexOf(type) === index)
      .flatMap((type) =>
        Object.values(type.getFields()).flatMap((field) =>
          positionsOf(field).map((path) => ({
            coordinate: `${type.name}.${field.name}(${path.join('.')}:)`,
            text: (identifiers: Identifiers) => {
              const value = identifiers[ADDRESSES[`${field.name}.${path[0]}`] ?? path.at(-1)!] ?? identifiers['id']!
              const read = (owner: GraphQLObjectType) => this.read(owner, field, identifiers, { path, value })
              return type === roots[1]
                ? `mutation { ${read(type)} }`
                : `query { ${this.along(type, read, identifiers)} }`
            },
          })),
        ),
      )
  }

  private along(type: GraphQLObjectType, read: (type: GraphQLObjectType) => string, identifiers: Identifiers): string {
    const steps = this.paths.get(type.name)!
    let text = read(type)
    let inner = type
    for (const [owner, name] of steps.toReversed()) {
      const field = owner.getFields()[name]!
      const spread = isAbstractType(getNamedType(field.type)) ? `... on ${inner.name} { ${text} }` : text
      text = `${name}${this.arguments(field, identifiers)} { ${spread} }`
      inner = owner
    }
    return text
  }

  private read(
    owner: GraphQLObjectType,
    field: GraphQLField<unknown, unknown>,
    identifiers: Identifiers,
    override?: Override,
  ): string {
    const type = getNamedType(field.type)
    const call = `${field.name}${this.arguments(field, identifiers, override)}`
    return isLeafType(type) ? call : `${call} { ${this.leaves(type)} }`
  }

  /** All leaves of a type; for a page, those of its items. */
  private leaves(type: GraphQLNamedType): string {
    if (type.name === 'Node') return '__typename id'
    if (isAbstractType(type)) {
      const members = this.schema.getPossibleTypes(type)
      return members.map((one) => `... on ${one.name} { ${this.leavesOf(one)} }`).join(' ')
    }
    if (!isObjectType(type)) return '__typename'
    const nodes = type.name.endsWith('Connection') ? type.getFields()['nodes'] : undefined
    return `${this.leavesOf(type)}${nodes ? ` nodes { ${this.leaves(getNamedType(nodes.type))} }` : ''}`
  }

  private leavesOf(type: GraphQLObjectType): string {
    const leaves = Object.values(type.getFields()).filter((field) => isLeafType(getNamedType(field.type)))
    return ['__typename', ...leaves.map((field) => `${field.name}${this.arguments(field, {})}`)].join(' ')
  }

  private arguments(field: GraphQLField<unknown, unknown>, identifiers: Identifiers, override?: Override): string {
    const given = field.args.flatMap((argument) => {
      const isSet = override?.path[0] === argument.name
      const address = override ? undefined : identifiers[ADDRESSES[`${field.name}.${argument.name}`] ?? '']
      if (address !== undefined) return [`${argument.name}: ${JSON.stringify(address)}`]
      return isSet || isRequiredArgument(argument) || argument.name === 'first'
        ? [`${argument.name}: ${sample(argument, identifiers, isSet ? rest(override) : undefined)}`]
        : []
    })
    return given.length > 0 ? `(${given.join(', ')})` : ''
  }
}

/** Fields that are read in other ways: by every ID, or for gateways. */
const UNREAD = ['Query.node', 'Query.nodes', 'Query._entities', 'Query._service']
/** Arguments of the query type that say what to read, with the kind of identifier that they accept. */
const ADDRESSES: Readonly<Record<string, string>> = {
  'account.id': 'accountId',
  'command.id': 'commandId',
  'deployment.hash': 'hash',
  'template.slug': 'slug',
  'vendor.id': 'vendorId',
}

const rest = ({ path, value }: Override): Override | undefined =>
  path.length > 0 ? { path: path.slice(1), value } : undefined

function sample(input: GraphQLArgument | GraphQLInputField, identifiers: Identifiers, override?: Override): string {
  const { name, type } = input
  const inner = getNullableType(type)
  if (isListType(inner)) {
    const items = SAMPLES[name]
    return items?.startsWith('[') && !override
      ? items
      : `[${sample({ ...input, type: inner.ofType }, identifiers, override)}]`
  }
  if (isInputObjectType(inner)) {
    const fields = Object.values(inner.getFields())
    const chosen = inner.isOneOf
      ? [fields.find((field) => field.name === override?.path[0]) ?? fields[0]!]
      : fields.filter((field) => isRequiredInputField(field) || field.name === override?.path[0])
    const texts = chosen.map((field) => {
      const isSet = override?.path[0] === field.name
      return `${field.name}: ${sample(field, identifiers, isSet ? rest(override) : undefined)}`
    })
    return `{ ${texts.join(', ')} }`
  }
  if (override) return JSON.stringify(override.value)
  if (name === 'idempotencyKey') return `"schema-${++serial}"`
  const own = identifiers[name]
  if (own !== undefined) return JSON.stringify(own)
  if (isEnumType(inner)) return SCALARS[inner.name] ?? inner.getValues()[0]!.name
  return SAMPLES[name] ?? SCALARS[inner.name] ?? `"x"`
}

/** Paths of the identifiers in the arguments of a field. */
function positionsOf(field: GraphQLField<unknown, unknown>): string[][] {
  const within = (input: GraphQLArgument | GraphQLInputField, seen: readonly string[]): string[][] => {
    const type = getNamedType(input.type)
    if (isInputObjectType(type))
      return seen.includes(type.name)
        ? []
        : Object.values(type.getFields()).flatMap((one) =>
            within(one, [...seen, type.name]).map((path) => [input.name, ...path]),
          )
    const isIdentifier = type.name === 'ID' || (type.name === 'String' && IDENTIFIERS.includes(input.name))
    return isIdentifier ? [[input.name]] : []
  }
  return field.args.flatMap((argument) => within(argument, []))
}

/** Steps from the query type to each type, through as few fields as possible. */
function stepsToTypes(schema: GraphQLSchema): Map<string, readonly (readonly [GraphQLObjectType, string])[]> {
  const query = schema.getQueryType()!
  const paths = new Map<string, readonly (readonly [GraphQLObjectType, string])[]>([[query.name, []]])
  const open = [query]
  for (const type of open)
    for (const field of Object.values(type.getFields())) {
      if (UNREAD.includes(`${type.name}.${field.name}`) || field.name === 'operation') continue
      const named = getNamedType(field.type)
      for (const found of isAbstractType(named) ? schema.getPossibleTypes(named) : [named]) {
        if (!isObjectType(found) || paths.has(found.name)) continue
        paths.set(found.name, [...paths.get(type.name)!, [type, field.name]])
        open.push(found)
      }
    }
  return paths
}
