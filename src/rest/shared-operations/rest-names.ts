import { isEnumType, type GraphQLEnumType, type GraphQLSchema } from 'graphql'
import { toRestFieldName } from '#services/kernel/codes/codes.js'

/** Names of one operation, by `Type.member`; those of variables and of members of inputs by their name alone. */
export type Names = Readonly<Record<string, string>>

/** The REST name of a member of a type. */
export const restName = (type: string, name: string, own: Names = {}): string =>
  own[`${type}.${name}`] ?? toRestFieldName(name)

/** Writes a description with the names of REST. */
export type RestText = (description: string | null | undefined) => string

/**
 * Names in backticks are in snake case, and values of enums in lower case. Names of operations stay as they are, because `operationId` has
 * them. What is null with an error in GraphQL is only an error here.
 */
export function restTexts(schema: GraphQLSchema): RestText {
  const operations = new Set(
    [schema.getQueryType(), schema.getMutationType()].flatMap((type) => Object.keys(type?.getFields() ?? {})),
  )
  const words = new Set(
    Object.values(schema.getTypeMap())
      .filter((type) => isEnumType(type) && !CODES.includes(type.name))
      .flatMap((type) => (type as GraphQLEnumType).getValues().map(({ name }) => name)),
  )
  const toRest = (name: string): string =>
    words.has(name) ? name.toLowerCase() : operations.has(name) ? name : toRestFieldName(name)
  return (description) =>
    (description ?? '')
      .replaceAll(/`([A-Za-z]\w*)`/g, (_, name: string) => `\`${toRest(name)}\``)
      .replace(ONLY_AN_ERROR, '')
}

const ONLY_AN_ERROR =
  / Null (?:with an error|if the caller cannot|if it does not exist)[^.]*\.$|(?<=\.) Null (?:with an error|if the caller cannot|if it does not exist)[^.]*\./g

/** Enums that stay in capitals, as in errors. */
export const CODES: readonly string[] = ['DenialCode', 'ErrorCode']

/** The name of a type or field as words: `UsageBatch` is `usage batch`. */
export const wordsOf = (name: string): string =>
  toRestFieldName(name[0]!.toLowerCase() + name.slice(1)).replaceAll('_', ' ')
