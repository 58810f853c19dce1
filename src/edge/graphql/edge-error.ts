import { GraphQLError, type ASTNode, type GraphQLErrorOptions } from 'graphql'
import type { ErrorCode } from '#services/kernel/codes/codes.js'

/** A GraphQL error of the edge. Its code must be in the table of codes. */
export function edgeError(
  code: ErrorCode,
  message: string,
  options: GraphQLErrorOptions & { nodes?: ASTNode | readonly ASTNode[] } = {},
): GraphQLError {
  return new GraphQLError(message, { ...options, extensions: { ...options.extensions, code } })
}

/** The same error under one of our codes; an error that already has a code keeps it. Its stack is not read: formatting it takes long. */
export function withCode(code: ErrorCode, error: GraphQLError): GraphQLError {
  if (typeof error.extensions['code'] === 'string') return error
  const { message, nodes, source, positions } = error
  return edgeError(code, message, { nodes, source, positions })
}

/** The document has no operation of the requested name, or several. */
export function operationNotFound(): GraphQLError {
  return edgeError('OPERATION_RESOLUTION_FAILURE', 'Unknown or ambiguous operationName.')
}
