import {
  astFromValue,
  getNamedType,
  GRAPHQL_MAX_INT,
  GRAPHQL_MIN_INT,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  valueFromASTUntyped,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
} from 'graphql'

/** JSON Schema of a value. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** A variable, or a field of an input. */
export interface InputValue {
  readonly name: string
  readonly type: GraphQLInputType
  readonly description: string | null
  /** Undefined: no default. */
  readonly defaultValue: unknown
}

/** The range of a number is a part of its schema: a number beyond every range is read as an infinite one, which JSON writes as null. */
export const SCALARS: Readonly<Record<string, JsonSchema>> = {
  Boolean: { type: 'boolean' },
  Int: { type: 'integer', minimum: GRAPHQL_MIN_INT, maximum: GRAPHQL_MAX_INT },
  SafeInt: { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
  Float: { type: 'number', minimum: -Number.MAX_VALUE, maximum: Number.MAX_VALUE },
  DateTime: { type: 'string', description: 'Time in ISO 8601 with a time zone, for example 2026-01-31T12:00:00Z.' },
  JSON: {},
}

/** JSON Schema of an object with these members. A member is required if it can neither be null nor has a default. */
export const objectSchema = (values: readonly InputValue[]): JsonSchema => ({
  type: 'object',
  properties: Object.fromEntries(values.map((value) => [value.name, memberSchema(value)])),
  required: values
    .filter(({ type, defaultValue }) => isNonNullType(type) && defaultValue === undefined)
    .map(({ name }) => name),
  additionalProperties: false,
})

function memberSchema({ type, description, defaultValue }: InputValue): JsonSchema {
  const schema = schemaOf(type)
  const text = [description ?? getNamedType(type).description, schema['description']].filter(Boolean).join(' ')
  return {
    ...schema,
    ...(text ? { description: text.replaceAll('\n', ' ') } : {}),
    ...(defaultValue === undefined ? {} : { default: defaultValue }),
  }
}

function schemaOf(type: GraphQLInputType): JsonSchema {
  if (isNonNullType(type)) return schemaOf(type.ofType)
  if (isListType(type)) return { type: 'array', items: schemaOf(type.ofType) }
  if (isEnumType(type)) return { type: 'string', enum: type.getValues().map(({ name }) => name) }
  if (!isInputObjectType(type)) return SCALARS[type.name] ?? { type: 'string' }
  const object = objectSchema(Object.values(type.getFields()).map(valueOf))
  return type.isOneOf ? { ...object, minProperties: 1, maxProperties: 1 } : object
}

/** A default as in the printed schema: names of enum values instead of their internal values. */
export const valueOf = ({ name, type, description, defaultValue }: GraphQLInputField | GraphQLArgument): InputValue => {
  const printed = defaultValue === undefined ? undefined : astFromValue(defaultValue, type)
  return {
    name,
    type,
    description: description ?? null,
    defaultValue: printed ? valueFromASTUntyped(printed) : undefined,
  }
}
