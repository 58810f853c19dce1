import type { Code } from './openapi/route-description.js'
import type { Tag } from './openapi/tags.js'
import type { Form } from './shared-operations/response-forms.js'

/** An operation of GraphQL over REST. Its names, forms and texts follow from the schema and its document. */
export interface RestOperation {
  readonly operationId: string
  readonly path: string
  /** Name of an operation of `packages/client/documents`. Its first root field is the response. */
  readonly document: string
  readonly tag: Tag
  /** First sentence of its text. Default: that of the root field, which must then have no other route. */
  readonly summary?: string
  /** A body that is accepted. A test sends it. */
  readonly example: Readonly<Record<string, unknown>>
  /** Codes that follow neither from the caller nor from the form of the request. */
  readonly errors?: readonly Code[]
  /** Names of variables and of members (`Type.member`) that are not the GraphQL name in snake case. */
  readonly names?: Readonly<Record<string, string>>
  /** Member that holds the members of the root besides its lists. Default: the response itself. */
  readonly within?: string
  /** Forms of objects that other routes of the domain show, by their types. */
  readonly forms?: Readonly<Record<string, Form>>
}

/** Account of the examples. */
export const ANN = { account_id: 'person:auth0|ann' }

type Example = RestOperation['example']
type Options = Pick<RestOperation, 'summary' | 'errors' | 'names' | 'within' | 'forms'>

/** Rows of operations below a path. @param names names of all of them */
export const below =
  (base: string, tag: Tag, names: RestOperation['names'] = {}) =>
  (path: string, operationId: string, document: string, example: Example, options: Options = {}): RestOperation => ({
    operationId,
    path: `${base}/${path}`,
    document,
    tag,
    example,
    ...options,
    names: { ...names, ...options.names },
  })
