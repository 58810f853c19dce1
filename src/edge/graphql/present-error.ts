import { GraphQLError, Kind } from 'graphql'
import type { EdgeOptions } from '../options.js'
import { edgeError, withCode } from './edge-error.js'
import { toExtensions } from './error-extensions.js'

/** The public form of anything that was thrown outside of a field. */
export function publicError(error: unknown, requestId: string, onError: EdgeOptions['onError']): GraphQLError {
  const { code, message, fields } = onError(error, requestId)
  return new GraphQLError(message, { extensions: toExtensions(code, message, fields) })
}

/** The public form of an error of graphql-js: an error with a code is public, all others are reported and masked. */
export function presentError(error: GraphQLError, requestId: string, onError: EdgeOptions['onError']): GraphQLError {
  if (typeof error.extensions['code'] === 'string') return error
  const argument = wrongArgument(error)
  if (argument) return argument
  // An error without a path is a request error with the engine's message: no resolver has run.
  if (!error.path) return withCode('BAD_USER_INPUT', error)
  const { code, message, fields } = onError(error.originalError ?? error, requestId)
  return new GraphQLError(message, {
    nodes: error.nodes,
    path: error.path,
    extensions: { ...toExtensions(code, message, fields), ...(code === 'INTERNAL' ? { requestId } : {}) },
  })
}

/**
 * The error of graphql-js about an argument whose variable is null or has no value, with the name of the argument. graphql-js finds it when
 * it executes the field or the directive, before the resolver. Unlike its other errors, this one is about a value of the document.
 */
function wrongArgument({ message, nodes, path, originalError }: GraphQLError): GraphQLError | undefined {
  const cause = originalError ?? { nodes }
  const [node] = (cause as Partial<GraphQLError>).nodes ?? []
  const [, name] = /^Argument "(\w+)"/.exec(message) ?? []
  if (!name || !node || node.kind === Kind.FIELD) return undefined
  const code = 'BAD_USER_INPUT'
  return edgeError(code, message, { nodes, path, extensions: toExtensions(code, message, { field: name }) })
}
