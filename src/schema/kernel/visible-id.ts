import {
  GraphQLError,
  GraphQLID,
  GraphQLList,
  GraphQLNonNull,
  GraphQLScalarType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLNamedType,
  type GraphQLType,
} from 'graphql'
import { hasControl, isVisible } from '#services/kernel/text/visible.js'

/** An ID without a visible character, or with a control character, is a mistake of the caller, and neither null nor an unknown ID. */
function visible(id: string): string {
  if (!isVisible(id)) throw new GraphQLError('ID must have a visible character.')
  if (hasControl(id)) throw new GraphQLError('ID must not have a control character.')
  return id
}

const VisibleId = new GraphQLScalarType<string, string>({
  ...GraphQLID.toConfig(),
  parseValue: (value) => visible(GraphQLID.parseValue(value)),
  parseLiteral: (node, variables) => visible(GraphQLID.parseLiteral(node, variables)),
})

/** Replaces the scalar `ID` of the library in the members of a type by the one that refuses blank IDs and control characters. */
export function declareVisibleIds(type: GraphQLNamedType): void {
  if (isInputObjectType(type)) for (const field of Object.values(type.getFields())) field.type = replaced(field.type)
  if (!isObjectType(type) && !isInterfaceType(type)) return
  for (const field of Object.values(type.getFields())) {
    field.type = replaced(field.type)
    for (const argument of field.args) argument.type = replaced(argument.type)
  }
}

/** The types of a schema with the scalar that `declareVisibleIds` sets. */
export const withVisibleIds = (types: readonly GraphQLNamedType[]): GraphQLNamedType[] =>
  types.map((type) => replaced(type))

function replaced<Type extends GraphQLType>(type: Type): Type
function replaced(type: GraphQLType): GraphQLType {
  if (type === GraphQLID) return VisibleId
  if (isNonNullType(type)) return wrapped(type, GraphQLNonNull)
  return isListType(type) ? wrapped(type, GraphQLList) : type
}

function wrapped(type: GraphQLNonNull<never> | GraphQLList<GraphQLType>, wrapper: new (of: never) => GraphQLType) {
  const own = replaced(type.ofType)
  return own === type.ofType ? type : new wrapper(own as never)
}
