import { getNamedType, isEnumType, isInterfaceType, isObjectType, type GraphQLSchema } from 'graphql'

const OPEN = 'New values may be added.'

/** Units of the calendar do not grow, and an interval that was read can be sent. */
const CLOSED: readonly string[] = ['IntervalUnit']

/** Says in the description of each enum that is returned that clients must accept values that they do not know. */
export function declareOpenEnums(schema: GraphQLSchema): void {
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'))
  const fields = types
    .filter((type) => isObjectType(type) || isInterfaceType(type))
    .flatMap((type) => Object.values(type.getFields()))
  for (const type of new Set(fields.map((field) => getNamedType(field.type))))
    if (isEnumType(type) && !CLOSED.includes(type.name)) type.description = `${type.description ?? ''} ${OPEN}`.trim()
}
