import { parse } from '@0no-co/graphql.web'
import type { TypedDocumentNode } from '@graphql-typed-document-node/core'

/**
 * A document of its text. It is parsed when its definitions are first read: other clients read them, ours sends the text.
 */
export function document<Data, Variables>(text: string): TypedDocumentNode<Data, Variables> {
  let definitions: readonly unknown[] | undefined
  return {
    kind: 'Document',
    loc: {
      start: 0,
      end: text.length,
      source: { body: text, name: 'GraphQL request', locationOffset: { line: 1, column: 1 } },
    },
    get definitions() {
      definitions ??= parse(text).definitions
      return definitions
    },
  } as unknown as TypedDocumentNode<Data, Variables>
}
