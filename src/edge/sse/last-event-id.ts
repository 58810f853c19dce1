import {
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type ArgumentNode,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql'

/** A cursor has fewer characters than this. */
const MAX_CHARACTERS = 1_024

/** The `Last-Event-ID` of a request: the cursor of the last event that the client received. Undefined if it has none. */
export function lastEventId(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && header !== '' && header.length <= MAX_CHARACTERS ? header : undefined
}

/**
 * The same subscription, continued after a cursor: replaces `after` of its root field. The header takes precedence over
 * the variables, because browsers repeat a request unchanged and add only the header.
 */
export function continueAfter(schema: GraphQLSchema, document: DocumentNode, cursor: string): DocumentNode {
  const types = new TypeInfo(schema)
  const after: ArgumentNode = {
    kind: Kind.ARGUMENT,
    name: { kind: Kind.NAME, value: 'after' },
    value: { kind: Kind.STRING, value: cursor },
  }
  return visit(
    document,
    visitWithTypeInfo(types, {
      Field(node) {
        const isRoot = types.getParentType() === schema.getSubscriptionType()
        if (!isRoot || !types.getFieldDef()?.args.some(({ name }) => name === 'after')) return undefined
        return { ...node, arguments: [...(node.arguments ?? []).filter(({ name }) => name.value !== 'after'), after] }
      },
    }),
  )
}
