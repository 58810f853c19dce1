import {
  getNamedType,
  GraphQLError,
  Kind,
  parse,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
  type ASTNode,
  type DocumentNode,
  type GraphQLSchema,
  type ValidationRule,
} from 'graphql'

/** Errors for which a stored document cannot be executed with this schema, each with its schema coordinate and its place. */
export function errorsOfDocument(schema: GraphQLSchema, text: string, rules: readonly ValidationRule[]): string[] {
  try {
    const document = parse(text)
    const errors = validate(schema, document, rules, { maxErrors: 50 })
    const coordinates = errors.length > 0 ? coordinatesOf(schema, document) : new Map<ASTNode, string>()
    return errors.map((error) => {
      const coordinate = withMissing(error.nodes?.map((node) => coordinates.get(node)).findLast(Boolean), error)
      return `${coordinate === undefined ? '' : `${coordinate}: `}${describe(error)}`
    })
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

/** A document can also lack a required argument or field of an input, which graphql-js reports at the node around it. */
function withMissing(coordinate: string | undefined, { message }: GraphQLError): string | undefined {
  const [, field] = /^Field "(\w+\.\w+)" of required type/.exec(message) ?? []
  const [, argument] = / argument "(\w+)" of type .* is required/.exec(message) ?? []
  return field ?? (argument === undefined ? coordinate : `${coordinate}(${argument}:)`)
}

/** The schema coordinate of each node; a value has that of the argument or the field of an input that it is for. */
function coordinatesOf(schema: GraphQLSchema, document: DocumentNode): ReadonlyMap<ASTNode, string> {
  const coordinates = new Map<ASTNode, string>()
  const types = new TypeInfo(schema)
  const around: (string | undefined)[] = []
  visit(
    document,
    visitWithTypeInfo(types, {
      enter(node) {
        const coordinate = coordinateOf(node, types) ?? around.at(-1)
        around.push(coordinate)
        if (coordinate !== undefined) coordinates.set(node, coordinate)
      },
      leave() {
        around.pop()
      },
    }),
  )
  return coordinates
}

function coordinateOf(node: ASTNode, types: TypeInfo): string | undefined {
  const field = `${types.getParentType()?.name}.${types.getFieldDef()?.name}`
  switch (node.kind) {
    case Kind.FIELD:
      return types.getParentType() ? `${types.getParentType()!.name}.${node.name.value}` : undefined
    case Kind.DIRECTIVE:
      return `@${node.name.value}`
    case Kind.ARGUMENT: {
      const directive = types.getDirective()
      const owner = directive ? `@${directive.name}` : types.getFieldDef() ? field : undefined
      return owner && `${owner}(${node.name.value}:)`
    }
    case Kind.OBJECT_FIELD: {
      const input = getNamedType(types.getParentInputType())
      return input && `${input.name}.${node.name.value}`
    }
    case Kind.ENUM: {
      const type = getNamedType(types.getInputType())
      return type && `${type.name}.${node.value}`
    }
    case Kind.NAMED_TYPE:
      return node.name.value
    default:
      return undefined
  }
}
