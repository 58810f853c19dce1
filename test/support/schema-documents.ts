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

/** An argument, or a field of an input, that a document sets. */
export interface SchemaInput {
  readonly coordinate: string
  readonly path: readonly string[]
  readonly input: GraphQLArgument | GraphQLInputField
  readonly text: (identifiers: Identifiers, literal?: string) => string
}

type Step = readonly [GraphQLObjectType, string]

/** Names of arguments and input fields that identify an object, and are not of the type `ID`. */
const IDENTIFIERS = ['hash', 'providerReference', 'externalId', 'resourceId', 'token', 'slug']
/** Values that are accepted, by the name of the argument. */
const SAMPLES: Readonly<Record<string, string>> = {
  plan: '"plus"',
  feature: '"deployments"',
  features: '["deployments"]',
  currency: '"USD"',
  month: '"2026-01"',
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
  CurrencyCode: '"USD"',
}

interface Override {
  readonly path: readonly string[]
  /** GraphQL literal of the value. */
  readonly literal: string
}

let serial = 0

/** Makes documents that read every field of a schema, and others that set every identifier of every operation. */
export class SchemaDocuments {
  /** The fields that lead from the query type to each type. */
  private readonly steps: ReadonlyMap<string, readonly Step[]>

  constructor(private readonly schema: GraphQLSchema) {
    this.steps = stepsToTypes(schema)
  }

  /** One document for each field that returns objects, with all their leaves, and one for the leaves of each root field. */
  fields(): SchemaDocument[] {
    return Object.values(this.schema.getTypeMap())
      .filter((type): type is GraphQLObjectType => isObjectType(type) && this.steps.has(type.name))
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
    return this.inputs(isIdentifier).map(({ coordinate, path, text }) => ({
      coordinate,
      text: (identifiers) => text(identifiers, JSON.stringify(valueAt(identifiers, coordinate, path))),
    }))
  }

  /** One document for each argument, and each field of an input, that meets a condition: with a literal, or with the variable `$value`. */
  inputs(isWanted: (input: GraphQLArgument | GraphQLInputField) => boolean): SchemaInput[] {
    const mutation = this.schema.getMutationType()!
    const owners = [...this.steps.keys()].map((name) => this.schema.getType(name)).filter(isObjectType)
    return [mutation, ...owners].flatMap((type) =>
      Object.values(type.getFields()).flatMap((field) =>
        positionsOf(field, isWanted).map(({ path, input }) => ({
          coordinate: `${type.name}.${field.name}(${path.join('.')}:)`,
          path,
          input,
          text: (identifiers: Identifiers, literal = '$value') => {
            const read = (owner: GraphQLObjectType) => this.read(owner, field, identifiers, { path, literal })
            const variables = literal === '$value' ? `($value: ${String(getNullableType(input.type))}!)` : ''
            return type === mutation
              ? `mutation ${variables} { ${read(type)} }`
              : `query ${variables} { ${this.along(type, read, identifiers)} }`
          },
        })),
      ),
    )
  }

  /** The leaves of the payload of a mutation, of its objects and of its denial. */
  resultOf(mutation: string): string {
    return this.leaves(getNamedType(this.schema.getMutationType()!.getFields()[mutation]!.type))
  }

  private along(type: GraphQLObjectType, read: (type: GraphQLObjectType) => string, identifiers: Identifiers): string {
    const steps = this.steps.get(type.name)!
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

  /** All leaves of a type; for a page, also those of its items, and for a payload those of its objects and its denial. */
  private leaves(type: GraphQLNamedType): string {
    if (type.name === 'Node') return '__typename id'
    if (isAbstractType(type)) {
      const members = this.schema.getPossibleTypes(type)
      return members.map((one) => `... on ${one.name} { ${this.leavesOf(one)} }`).join(' ')
    }
    if (!isObjectType(type)) return '__typename'
    const nodes = type.name.endsWith('Connection') ? type.getFields()['nodes'] : undefined
    if (type.name.endsWith('Payload')) return `${this.leavesOf(type)} ${this.objectsOf(type)}`
    return `${this.leavesOf(type)}${nodes ? ` nodes { ${this.leaves(getNamedType(nodes.type))} }` : ''}`
  }

  private objectsOf(payload: GraphQLObjectType): string {
    const objects = Object.values(payload.getFields()).flatMap(({ name, type }) => {
      const object = getNamedType(type)
      return isObjectType(object) ? [`${name} { ${this.leavesOf(object)} }`] : []
    })
    return objects.join(' ')
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
      return isSet || isRequiredArgument(argument) || ['first', 'provider'].includes(argument.name)
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
  'statement.accountId': 'accountId',
  'vendor.id': 'vendorId',
}

const rest = ({ path, literal }: Override): Override | undefined =>
  path.length > 0 ? { path: path.slice(1), literal } : undefined

function sample(input: GraphQLArgument | GraphQLInputField, identifiers: Identifiers, override?: Override): string {
  const { name, type } = input
  const inner = getNullableType(type)
  if (isListType(inner)) {
    if (override?.path.length === 0 && override.literal === '$value') return override.literal
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
  if (override) return override.literal
  if (name === 'key' || name === 'idempotencyKey') return `"schema-${++serial}"`
  const own = identifiers[name]
  if (own !== undefined) return JSON.stringify(own)
  if (isEnumType(inner)) return SCALARS[inner.name] ?? inner.getValues()[0]!.name
  return SAMPLES[name] ?? SCALARS[inner.name] ?? `"x"`
}

/** Identifiers are of the type `ID`, or have one of a few names. */
const isIdentifier = ({ name, type }: GraphQLArgument | GraphQLInputField): boolean =>
  getNamedType(type).name === 'ID' || (getNamedType(type).name === 'String' && IDENTIFIERS.includes(name))

/** The identifier for an argument: by the field that it addresses, otherwise by its own name. */
const valueAt = (identifiers: Identifiers, coordinate: string, path: readonly string[]): string => {
  const field = /\.(\w+)\(/.exec(coordinate)![1]!
  return identifiers[ADDRESSES[`${field}.${path[0]}`] ?? path.at(-1)!] ?? identifiers['id']!
}

/** Values in the arguments of a field, also within inputs. */
function positionsOf(
  field: GraphQLField<unknown, unknown>,
  isWanted: (input: GraphQLArgument | GraphQLInputField) => boolean,
) {
  type Position = Pick<SchemaInput, 'path' | 'input'>
  const within = (input: GraphQLArgument | GraphQLInputField, seen: readonly string[]): Position[] => {
    const type = getNamedType(input.type)
    if (!isInputObjectType(type)) return isWanted(input) ? [{ path: [input.name], input }] : []
    if (seen.includes(type.name)) return []
    return Object.values(type.getFields()).flatMap((one) =>
      within(one, [...seen, type.name]).map((position) => ({ ...position, path: [input.name, ...position.path] })),
    )
  }
  return field.args.flatMap((argument) => within(argument, []))
}

/** Steps from the query type to each type, through as few fields as possible. */
function stepsToTypes(schema: GraphQLSchema): Map<string, readonly Step[]> {
  const query = schema.getQueryType()!
  const paths = new Map<string, readonly Step[]>([[query.name, []]])
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
