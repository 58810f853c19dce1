import {
  getNamedType,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isScalarType,
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql'
import { operationOf, SelectionReader } from '#rest/shared-operations/selection-reader.js'
import { SCALARS, type JsonSchema } from './json-schema.js'

/** JSON Schema of the data that a document returns. A root field is null if it has an error. */
export function dataSchema(schema: GraphQLSchema, document: DocumentNode): JsonSchema {
  const { operation, selectionSet } = operationOf(document)
  return new Outputs(schema, new SelectionReader(schema, document)).ofObject(schema.getRootType(operation)!, [
    selectionSet,
  ])
}

/** Describes the objects that the selections of one document return. */
class Outputs {
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly read: SelectionReader,
  ) {}

  /** The members of an interface or a union are those of all its types. Required are those that each type has. */
  ofObject(type: GraphQLNamedType, sets: readonly SelectionSetNode[]): JsonSchema {
    const types = isAbstractType(type) ? this.schema.getPossibleTypes(type) : [type as GraphQLObjectType]
    const ofTypes = types.map((one) => this.membersOf(one, sets))
    return {
      type: 'object',
      properties: Object.assign({}, ...ofTypes) as JsonSchema,
      required: Object.keys(ofTypes[0] ?? {}).filter((key) => ofTypes.every((members) => key in members)),
    }
  }

  private membersOf(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): Record<string, JsonSchema> {
    return Object.fromEntries(
      this.read
        .fieldsOf(type, sets)
        .map(({ key, name, selections }) => [
          key,
          name === '__typename' ? { type: 'string' } : this.nullableValue(type.getFields()[name]!.type, selections),
        ]),
    )
  }

  private nullableValue(type: GraphQLOutputType, sets: readonly SelectionSetNode[]): JsonSchema {
    return isNonNullType(type) ? this.value(type.ofType, sets) : nullable(this.value(type, sets))
  }

  private value(type: GraphQLOutputType, sets: readonly SelectionSetNode[]): JsonSchema {
    if (isListType(type)) return { type: 'array', items: this.nullableValue(type.ofType, sets) }
    const named = getNamedType(type)
    if (isEnumType(named)) return { type: 'string', enum: named.getValues().map(({ name }) => name) }
    if (isScalarType(named)) {
      const { type: own } = SCALARS[named.name] ?? { type: 'string' }
      return own === undefined ? {} : { type: own }
    }
    return this.ofObject(named, sets)
  }
}

/** A value without a type can be null already. */
const nullable = ({ type, enum: values, ...rest }: JsonSchema): JsonSchema =>
  type === undefined
    ? rest
    : { type: [type, 'null'], ...(values === undefined ? {} : { enum: [...(values as string[]), null] }), ...rest }
