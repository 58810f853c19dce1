import {
  BREAK,
  getNullableType,
  isScalarType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLSchema,
  type ValueNode,
} from 'graphql'

/**
 * True if a variable is part of a value whose type is a scalar, for example `definition: { image: $image }`. graphql-jit leaves such
 * variables out.
 */
export function hasVariablesInScalars(schema: GraphQLSchema, document: DocumentNode): boolean {
  const types = new TypeInfo(schema)
  let found = false
  const look = (value: ValueNode, isScalar: boolean) => {
    if (!isScalar) return undefined
    if (holdsVariable(value)) {
      found = true
      return BREAK
    }
    return false
  }
  visit(
    document,
    visitWithTypeInfo(types, {
      ObjectValue: (value) => look(value, isScalarType(getNullableType(types.getInputType()))),
      // Inside of a list, the type is that of its items.
      ListValue: (value) => look(value, isScalarType(getNullableType(types.getParentInputType()))),
    }),
  )
  return found
}

function holdsVariable(value: ValueNode): boolean {
  if (value.kind === Kind.LIST) return value.values.some(holdsVariable)
  if (value.kind === Kind.OBJECT) return value.fields.some((field) => holdsVariable(field.value))
  return value.kind === Kind.VARIABLE
}
