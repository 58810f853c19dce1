import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  Kind,
  typeFromAST,
  type DocumentNode,
  type GraphQLArgument,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
  type VariableDefinitionNode,
} from 'graphql'
import { z } from 'zod'
import { readInterval, toInterval } from '#services/catalog/products/interval.js'
import { argumentsOfVariables, KEY_ARGUMENT } from './client-documents.js'
import type { RestPath } from '../denial-body.js'
import { workOf, workRequest } from '../entitlements/entitlement-requests.js'
import { id, idempotencyKey, moment, money, text } from '../field-types.js'
import { operationOf } from './selection-reader.js'
import { restName, type Names, type RestText } from './rest-names.js'

/** One value of a request: its form, and its value as a variable. */
interface Value {
  readonly schema: z.ZodType
  readonly toVariable: (given: unknown) => unknown
  /** Members of an object, by their names in GraphQL. */
  readonly members: ReadonlyMap<string, Member>
}

interface Member extends Value {
  readonly name: string
}

/** The body of a request, and how it becomes the variables of a document. */
export interface RequestShape {
  readonly body: z.ZodObject
  readonly variablesOf: (body: Readonly<Record<string, unknown>>) => Record<string, unknown>
  /** REST names of the path of a field at fault. */
  readonly pathOf: RestPath
}

const MAX_TEXT = 10_000
const NONE: ReadonlyMap<string, Member> = new Map()

const SCALARS: Readonly<Record<string, () => z.ZodType>> = {
  ID: () => id,
  String: () => text(MAX_TEXT),
  Int: () => z.int(),
  SafeInt: () => z.int(),
  Float: () => z.number(),
  Boolean: () => z.boolean(),
  DateTime: () => moment,
  CurrencyCode: () => z.string().max(3),
  JSON: () => z.unknown(),
}

/** Inputs that have another form in REST. */
const FORMS: Readonly<Record<string, Pick<Value, 'schema' | 'toVariable'>>> = {
  IntervalInput: {
    schema: z.union([
      z.enum(['one_time', 'week', 'month', 'quarter', 'year']),
      z.string().regex(/^[1-9]\d{0,2}_(?:days|weeks|months|years)$/, 'expected an interval, for example 6_months'),
    ]),
    toVariable: (given) => toInterval(readInterval(String(given)) ?? 'ONE_TIME'),
  },
  MoneyInput: { schema: money, toVariable: (given) => given },
  WorkInput: { schema: workRequest, toVariable: (given) => workOf(given as z.output<typeof workRequest>) },
}

const KEY: Value = { schema: idempotencyKey, toVariable: (given) => given, members: NONE }

/** Differences of an operation from its document. */
interface RequestOptions {
  readonly names: Names
  readonly restText: RestText
}

/** Members of inputs become members of the body, as other variables. */
export function requestShape(schema: GraphQLSchema, document: DocumentNode, options: RequestOptions): RequestShape {
  const { names } = options
  const operation = operationOf(document)
  const found = argumentsOfVariables(schema, document)
  const parts = (operation.variableDefinitions ?? [])
    .filter(({ variable }) => found.has(variable.name.value))
    .map((definition) => partOf(schema, definition, found.get(definition.variable.name.value)!, options))
  const members = new Map(parts.flatMap((part) => [...part.members]))
  return {
    body: z.strictObject(shapeOf(members)),
    variablesOf: (body) => Object.fromEntries(parts.flatMap(({ variable, read }) => entry(variable, read(body)))),
    pathOf: (path) => pathIn(members, path, names),
  }
}

const entry = (name: string, value: unknown): [string, unknown][] => (value === undefined ? [] : [[name, value]])

interface Part {
  readonly variable: string
  readonly members: ReadonlyMap<string, Member>
  readonly read: (body: Readonly<Record<string, unknown>>) => unknown
}

function partOf(
  schema: GraphQLSchema,
  { variable, type: node, defaultValue }: VariableDefinitionNode,
  argument: GraphQLArgument,
  options: RequestOptions,
): Part {
  const { names } = options
  const type = typeFromAST(schema, node) as GraphQLInputType
  const variableName = variable.name.value
  const named = getNullableType(type)
  if (isInputObjectType(named) && !(named.name in FORMS)) {
    const members = membersOf(named, options)
    return { variable: variableName, members, read: (body) => objectOf(members, body) }
  }
  const isKey = argument.name === KEY_ARGUMENT
  const isId = getNamedType(type).name === 'ID' && !isListType(named) && !/id$/i.test(variableName)
  const ownName = isKey ? 'idempotencyKey' : isId ? `${variableName}Id` : variableName
  const name = names[variableName] ?? restName('', ownName)
  const value = isKey ? KEY : valueOf(type, options)
  const form = defaultValue ? value.schema.optional() : optional(value.schema, type)
  // A variable that a document requires has no default.
  const description = (argument.description ?? '').replace(isNonNullType(type) ? / Default: [^.]+\.$/ : '', '')
  const shown = defaultValue?.kind === Kind.INT ? `${description} Default: ${defaultValue.value}.` : description
  const member = { ...value, name, schema: described(form, shown, options) }
  return {
    variable: variableName,
    members: new Map([[variableName, member]]),
    read: (body) => toValue(member, body[name]),
  }
}

const described = (
  schema: z.ZodType,
  description: string | null | undefined,
  { restText }: RequestOptions,
): z.ZodType => (description ? schema.describe(restText(description)) : schema)

const optional = (schema: z.ZodType, type: GraphQLInputType): z.ZodType =>
  isNonNullType(type) ? schema : schema.nullish()

const membersOf = (type: GraphQLInputObjectType, options: RequestOptions): Map<string, Member> =>
  new Map(
    Object.values(type.getFields()).map((field) => {
      const value = valueOf(field.type, options)
      const form = field.defaultValue === undefined ? optional(value.schema, field.type) : value.schema.nullish()
      const name = options.names[field.name] ?? restName(type.name, field.name)
      return [field.name, { ...value, name, schema: described(form, field.description, options) }]
    }),
  )

function valueOf(type: GraphQLInputType, options: RequestOptions): Value {
  const own = getNullableType(type)
  if (isListType(own)) {
    const item = valueOf(own.ofType, options)
    return {
      schema: z.array(item.schema),
      toVariable: (given) => (given as readonly unknown[]).map((one) => toValue(item, one)),
      members: item.members,
    }
  }
  if (own.name in FORMS) return { ...FORMS[own.name]!, members: NONE }
  if (isInputObjectType(own)) {
    const members = membersOf(own, options)
    const toVariable = (given: unknown) => objectOf(members, given as Readonly<Record<string, unknown>>)
    return { schema: z.strictObject(shapeOf(members)), toVariable, members }
  }
  if (isEnumType(own)) {
    const words = own.getValues().map((value) => value.name.toLowerCase())
    return { schema: z.enum(words), toVariable: (given) => String(given).toUpperCase(), members: NONE }
  }
  const scalar = SCALARS[own.name]
  if (!scalar) throw new Error(`The scalar ${own.name} has no form in requests`)
  return { schema: scalar(), toVariable: (given) => given, members: NONE }
}

const shapeOf = (members: ReadonlyMap<string, Member>): Record<string, z.ZodType> =>
  Object.fromEntries([...members.values()].map(({ name, schema }) => [name, schema]))

const objectOf = (members: ReadonlyMap<string, Member>, given: Readonly<Record<string, unknown>>) =>
  Object.fromEntries([...members].flatMap(([name, member]) => entry(name, toValue(member, given[member.name]))))

const toValue = (value: Value, given: unknown): unknown =>
  given === undefined || given === null ? given : value.toVariable(given)

/** Names that the request does not have are in snake case. */
function pathIn(
  members: ReadonlyMap<string, Member>,
  path: Parameters<RestPath>[0],
  names: Names,
): ReturnType<RestPath> {
  const [head, ...rest] = path
  if (head === undefined) return []
  if (typeof head === 'number') return [head, ...pathIn(members, rest, names)]
  const member = members.get(head)
  return [member?.name ?? names[head] ?? restName('', head), ...pathIn(member?.members ?? NONE, rest, names)]
}
