import { GraphQLError, Kind, parse, validate, type GraphQLSchema, type ValidationRule } from 'graphql'

/** Errors for which a stored document cannot be executed with this schema, each with its place. */
export function errorsOfDocument(schema: GraphQLSchema, text: string, rules: readonly ValidationRule[]): string[] {
  try {
    return validate(schema, parse(text), rules, { maxErrors: 50 }).map(describe)
  } catch (error) {
    if (error instanceof GraphQLError) return [describe(error)]
    throw error
  }
}

/** Names of the operations of a document. */
export function nameOfDocument(text: string): string {
  try {
    const names = parse(text).definitions.flatMap((definition) =>
      definition.kind === Kind.OPERATION_DEFINITION ? [definition.name?.value ?? 'unnamed operation'] : [],
    )
    return names.join(', ') || 'no operation'
  } catch {
    return 'invalid document'
  }
}

const describe = ({ message, locations }: GraphQLError): string =>
  locations?.[0] ? `${message} (line ${locations[0].line}, column ${locations[0].column})` : message
