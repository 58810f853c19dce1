import { misuse } from './errors.js'
import { hexOf } from './idempotency.js'

/**
 * A document with the types of its result and variables: a `TypedDocumentNode` or a `TypedDocumentString`, as gql.tada, GraphQL Code Generator
 * and `@stackgate/client/documents` make them.
 */
export interface TypedDocument<Result, Variables> {
  /** Only for the types; it does not exist. */
  __apiType?: (variables: Variables) => Result
}

/** Result of a document. */
export type ResultOf<Document> = Document extends TypedDocument<infer Result, never> ? Result : never
/** Variables of a document. */
export type VariablesOf<Document> = Document extends { __apiType?: (variables: infer Variables) => unknown }
  ? Variables
  : never

export type OperationKind = 'query' | 'mutation' | 'subscription'

/** Parts of an operation that are sent. */
export interface PreparedDocument {
  /** Empty if the document has only an ID. */
  readonly text: string
  /** ID of a stored document. */
  readonly id: string | undefined
  readonly kind: OperationKind
  /** Name of the operation. */
  readonly name: string | undefined
  /** If it declares the variable `key`. Undefined if it has no text. */
  readonly hasKey: boolean | undefined
}

interface DocumentLike {
  readonly kind?: string
  readonly definitions?: readonly { kind: string; operation?: OperationKind; name?: { value: string } }[]
  readonly loc?: { readonly source?: { readonly body?: string } }
  readonly documentId?: string
  readonly __meta__?: { readonly hash?: string }
}

/** A document of a text. Without a parser, its types are those that the caller names. */
export const documentOfText = <Result, Variables>(text: string): TypedDocument<Result, Variables> =>
  Object(text) as TypedDocument<Result, Variables>

const prepared = new WeakMap<object, Promise<PreparedDocument>>()

/** Reads text, kind and name of a document. A document is read once. */
export function prepare(document: TypedDocument<unknown, never>): Promise<PreparedDocument> {
  // Without types, a text or a wrong import arrives here.
  if (Object(document) !== document) return Promise.reject(misuse(`Pass a document instead of a ${typeof document}.`))
  const known = prepared.get(document)
  if (known) return known
  const result = read(document as DocumentLike)
  prepared.set(document, result)
  return result
}

async function read(node: DocumentLike): Promise<PreparedDocument> {
  const id = node.documentId ?? node.__meta__?.hash
  // Documents of this package are parsed only when their definitions are read.
  const text = node.loc?.source?.body ?? (await textOf(node))
  if (text.trim() === '' && id === undefined) throw misuse('The document is empty.')
  const found = text === '' ? operationOf(node) : operationIn(text)
  return { text, id, ...found, hasKey: text === '' ? undefined : /\$key\s*:/.test(text) }
}

async function textOf(node: DocumentLike): Promise<string> {
  if (node.kind !== 'Document') return (node as { toString(): string }).toString()
  if (!node.definitions?.length) return ''
  // Loaded only for documents without their text.
  const { print } = await import('@0no-co/graphql.web')
  return print(node as Parameters<typeof print>[0])
}

/** Operation of a document that has only an ID. */
function operationOf({ definitions }: DocumentLike): { kind: OperationKind; name: string | undefined } {
  const operation = definitions?.find(({ kind }) => kind === 'OperationDefinition')
  return { kind: operation?.operation ?? 'query', name: operation?.name?.value }
}

/** Comments, block strings, strings, names and braces. */
const TOKENS = /#[^\n\r]*|"""(?:\\"""|[^])*?"""|"(?:\\.|[^"\\])*"|[_A-Za-z]\w*|[{}]/g

const KINDS = /^(?:query|mutation|subscription)$/

/** Kind and name of the first operation in a text. */
function operationIn(text: string): { kind: OperationKind; name: string | undefined } {
  let depth = 0
  let isFragment = false
  for (const { 0: symbol, index } of text.matchAll(TOKENS)) {
    if (symbol === '{') {
      if (depth === 0 && !isFragment) break
      depth++
    } else if (symbol === '}') {
      depth--
      isFragment &&= depth > 0
    } else if (depth === 0 && !isFragment) {
      isFragment = symbol === 'fragment'
      if (KINDS.test(symbol))
        return { kind: symbol as OperationKind, name: /^\s*(\w+)/.exec(text.slice(index + symbol.length))?.[1] }
    }
  }
  return { kind: 'query', name: undefined }
}

/** `sha256:` and the hexadecimal hash of a text. Undefined where the platform cannot compute it: a page without TLS. */
export async function hashOf(text: string): Promise<string | undefined> {
  const subtle = (globalThis.crypto as { subtle?: typeof globalThis.crypto.subtle } | undefined)?.subtle
  if (!subtle) return undefined
  return hexOf(new Uint8Array(await subtle.digest('SHA-256', new TextEncoder().encode(text))))
}
