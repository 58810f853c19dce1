import { readFileSync } from 'node:fs'
import { buildSchema, getNamedType, isLeafType, Kind, type GraphQLObjectType } from 'graphql'
import { simplestArguments } from './simplest-call.js'

const schema = buildSchema(readFileSync('src/schema/schema.graphql', 'utf8'), { assumeValid: true })

/** Fields of a type whose printed form has `@requires`, with the permission. */
export const requirementsOf = (type: string): { readonly field: string; readonly permission: string }[] =>
  Object.values((schema.getType(type) as GraphQLObjectType).getFields()).flatMap(({ name, astNode }) => {
    const [marker] = astNode!.directives!.filter((directive) => directive.name.value === 'requires')
    const value = marker?.arguments?.[0]?.value
    return value?.kind === Kind.ENUM ? [{ field: name, permission: value.value }] : []
  })

/** The simplest selection of a field: required arguments, and the name of its type. */
export function simplestSelection(type: string, name: string): string {
  const field = (schema.getType(type) as GraphQLObjectType).getFields()[name]!
  const selection = isLeafType(getNamedType(field.type)) ? '' : ' { __typename }'
  return `${name}${simplestArguments(field).replaceAll('$account', '"x"')}${selection}`
}
