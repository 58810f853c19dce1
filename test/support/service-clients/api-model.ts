import {
  buildSchema,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredInputField,
  type GraphQLSchema,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLType,
} from 'graphql'

/** The type of a member: a plain value, a list, values by names of the caller, or an object by its name. */
export type ValueType =
  | { readonly kind: 'text' | 'integer' | 'number' | 'boolean' | 'time' | 'time or date' | 'any' }
  | { readonly kind: 'list' | 'map'; readonly of: ValueType }
  | { readonly kind: 'object'; readonly name: string }

export interface Field {
  /** As on the wire. */
  readonly name: string
  readonly type: ValueType
  readonly isNullable: boolean
  /** False if a request or a response can leave it out. */
  readonly isRequired: boolean
  readonly description: string
}

export interface ObjectType {
  readonly name: string
  readonly description: string
  readonly fields: readonly Field[]
}

export interface Operation {
  /** As in the document, for example `commitReservation`. */
  readonly name: string
  readonly summary: string
  readonly path: string
  readonly request: ObjectType
  /** Name of the object of the response. */
  readonly response: string
  /** True if a purchase can lift a denial of it. */
  readonly isDeniable: boolean
}

/** The operations of a service, with all objects that they use. */
export interface ServiceApi {
  readonly operations: readonly Operation[]
  /** `recordUsage`, which exists in GraphQL only. */
  readonly recordUsage: { readonly summary: string; readonly document: string; readonly response: string }
  readonly objects: readonly ObjectType[]
}

interface JsonSchema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly format?: string
  readonly title?: string
  readonly description?: string
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly additionalProperties?: JsonSchema | boolean
}

interface Document {
  readonly paths: Readonly<Record<string, { readonly post?: DocumentOperation }>>
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> }
}

interface DocumentOperation {
  readonly operationId: string
  readonly summary: string
  readonly tags: readonly string[]
  readonly requestBody: { readonly content: { readonly 'application/json': { readonly schema: JsonSchema } } }
  readonly responses: {
    readonly 200: { readonly content: { readonly 'application/json': { readonly schema: JsonSchema } } }
  }
}

const MAX_SHOWN_VALUES = 10
const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1)

/** Operations with which a service sells to its customers, and starts what they bought. */
const SELLING = [
  'startSubscription',
  'changePlan',
  'cancelSubscription',
  'resumeSubscription',
  'openBillingPortal',
  'startDeployment',
  'upsertAccount',
]

/** The operations of services in the OpenAPI document, and `recordUsage` of the GraphQL schema. */
export function serviceApi(openApi: object, graphqlSchema: string): ServiceApi {
  const { paths, components } = openApi as Document
  const objects = new Objects(components.schemas)
  const operations = Object.entries(paths).flatMap(([path, { post }]) => {
    if (!post || !(post.tags.includes('Entitlements') || SELLING.includes(post.operationId))) return []
    const request = post.requestBody.content['application/json'].schema
    const { name } = objects.typeOf(post.responses[200].content['application/json'].schema, '') as { name: string }
    const requestType = objects.read(`${capital(post.operationId)}Request`, {
      ...request,
      description: `Request of \`${post.operationId}\`.`,
    })
    const isDeniable = '402' in post.responses
    return [{ name: post.operationId, summary: post.summary, path, request: requestType, response: name, isDeniable }]
  })
  objects.typeOf({ $ref: '#/components/schemas/Denial' }, '')
  const schema = buildSchema(graphqlSchema)
  const recordUsage = readRecordUsage(schema, objects)
  return {
    operations,
    recordUsage,
    objects: [...objects.all.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1)),
  }
}

/** The objects that operations use, by name. */
class Objects {
  readonly all = new Map<string, ObjectType>()

  constructor(private readonly components: Readonly<Record<string, JsonSchema>>) {}

  /** @param place name for an object that has none, from the object and the field it is in */
  typeOf(schema: JsonSchema, place: string): ValueType {
    const { $ref, type, anyOf, items, format, properties, additionalProperties } = schema
    if ($ref) {
      const name = $ref.split('/').at(-1)!
      if (!this.all.has(name)) this.read(name, this.components[name]!)
      return { kind: 'object', name }
    }
    const choices = choicesOf(anyOf ?? []).filter((each) => each.type !== 'null')
    if (choices.length === 1) return this.typeOf(choices[0]!, place)
    if (choices.length > 1 && choices.every((each) => each.type === 'string'))
      return { kind: choices.some((each) => each.format?.startsWith('date')) ? 'time or date' : 'text' }
    const [plain] = [type ?? []].flat().filter((each) => each !== 'null')
    if (plain === 'array') return { kind: 'list', of: this.typeOf(items ?? {}, place.replace(/s$/, '')) }
    if (plain === 'object' && properties) {
      const described = { description: 'An object without a name of its own in the document.', ...schema }
      return { kind: 'object', name: this.read(place, described).name }
    }
    if (plain === 'object' && typeof additionalProperties === 'object')
      return { kind: 'map', of: this.typeOf(additionalProperties, place) }
    if (plain === 'string') return { kind: format === 'date-time' ? 'time' : 'text' }
    return { kind: plain === 'integer' || plain === 'number' || plain === 'boolean' ? plain : 'any' }
  }

  read(name: string, { description = '', properties = {}, required = [] }: JsonSchema): ObjectType {
    this.all.set(name, { name, description, fields: [] }) // an object can contain itself
    const fields = Object.entries(properties).map(([field, schema]) => ({
      name: field,
      type: this.typeOf(schema, `${name}${field.split('_').map(capital).join('')}`),
      isNullable: isNullable(schema) || (isAnything(schema) && !required.includes(field)),
      isRequired: required.includes(field),
      description: describe(schema),
    }))
    const read = { name, description, fields }
    this.all.set(name, read)
    return read
  }
}

/** The choices of a schema, those of its choices included. */
const choicesOf = (choices: readonly JsonSchema[]): readonly JsonSchema[] =>
  choices.flatMap((each) => (each.anyOf ? choicesOf(each.anyOf) : [each]))

const isNullable = ({ type, anyOf }: JsonSchema): boolean =>
  [type ?? []].flat().includes('null') || (anyOf ?? []).some((each) => each.type === 'null')

/** A schema without a type has any value, null included. */
const isAnything = ({ type, anyOf, $ref }: JsonSchema): boolean => !(type ?? anyOf ?? $ref)

function describe({ description = '', enum: values = [] }: JsonSchema): string {
  if (values.length === 0 || values.length > MAX_SHOWN_VALUES) return description
  return `${description} One of ${values.map((each) => `\`${String(each)}\``).join(', ')}; others can be added.`.trim()
}

function readRecordUsage(schema: GraphQLSchema, objects: Objects): ServiceApi['recordUsage'] {
  const mutation = schema.getMutationType()!.getFields()['recordUsage']!
  const response = 'UsageReportPayload'
  for (const name of ['UsageEventInput', response]) addObject(schema, objects, name)
  return {
    summary: mutation.description!,
    document: `mutation RecordUsage($events: [UsageEventInput!]!) { recordUsage(events: $events) { ${selectionOf(schema, response)} denial { code message } } }`,
    response,
  }
}

function addObject(schema: GraphQLSchema, objects: Objects, name: string): void {
  const type = schema.getType(name)
  if (!isObjectType(type) && !isInputObjectType(type)) throw new Error(`${name} is not an object`)
  const fields = fieldsOf(type).map((field) => ({
    name: field.name,
    type: graphqlType(schema, objects, field.type),
    isNullable: !isNonNullType(field.type) && !('denial' in type.getFields()),
    isRequired: isObjectType(type) || isRequiredInputField(field as GraphQLInputField),
    description: field.description ?? '',
  }))
  objects.all.set(name, { name, description: type.description ?? '', fields })
}

/** The fields of an object; of a payload those that are set whenever the mutation was executed. */
function fieldsOf(type: GraphQLObjectType | GraphQLInputObjectType) {
  const fields = Object.values(type.getFields()) as (GraphQLField<unknown, unknown> | GraphQLInputField)[]
  return 'denial' in type.getFields() ? fields.filter(({ description }) => !/\bNull\b/.test(description!)) : fields
}

const SCALARS: Readonly<Record<string, ValueType>> = {
  Int: { kind: 'integer' },
  SafeInt: { kind: 'integer' },
  Float: { kind: 'number' },
  Boolean: { kind: 'boolean' },
  DateTime: { kind: 'time' },
}

function graphqlType(schema: GraphQLSchema, objects: Objects, type: GraphQLType): ValueType {
  if (isNonNullType(type)) return graphqlType(schema, objects, type.ofType)
  if (isListType(type)) return { kind: 'list', of: graphqlType(schema, objects, type.ofType) }
  if (!isObjectType(type) && !isInputObjectType(type)) return SCALARS[type.name] ?? { kind: 'text' }
  addObject(schema, objects, type.name)
  return { kind: 'object', name: type.name }
}

/** Selects every field of an object, those of its objects included. */
function selectionOf(schema: GraphQLSchema, name: string): string {
  const type = schema.getType(name)
  if (!isObjectType(type)) throw new Error(`${name} is not an object`)
  const fields = fieldsOf(type).map((field) => {
    const inner = namedType(field.type)
    return isObjectType(inner) ? `${field.name} { ${selectionOf(schema, inner.name)} }` : field.name
  })
  return fields.join(' ')
}

const namedType = (type: GraphQLType): GraphQLType =>
  isNonNullType(type) || isListType(type) ? namedType(type.ofType) : type
