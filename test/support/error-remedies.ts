import type { ErrorCode } from '#services/kernel/codes/codes.js'

/** Cause of each error, and what its caller does. Denials have descriptions in the schema, and remedies in their result. */
export const ERROR_REMEDIES: Readonly<Record<ErrorCode, string>> = {
  UNAUTHENTICATED: 'The request has no token. Send `Authorization: Bearer …`.',
  INVALID_TOKEN: 'The token is not signed for this server. `stackgate doctor --token -` names the claim that is wrong.',
  TOKEN_EXPIRED: 'The token is too old. Request a new one from the identity provider and repeat the call.',
  INVALID_SIGNATURE:
    'The signature does not belong to these bytes or this key. Sign the exact body, after any change of it.',
  CLOCK_SKEW: 'The time of a signed request differs too much. Synchronize the clock of the agent.',
  REPLAYED_REQUEST: 'The signed request has arrived before. Each request needs a signature of its own.',
  INVALID_WEBHOOK: 'A delivery of a provider cannot be verified. Compare the secret of its endpoint with the settings.',
  FORBIDDEN: 'The caller lacks a role or a scope. The message names it.',
  NOT_FOUND: 'The object does not exist, or the caller may not see it. Check the ID and the account.',
  CONFLICT: 'Another request has changed the object. Read it again, then repeat the call.',
  BAD_USER_INPUT: 'A value is not allowed. `issues` names each field.',
  BAD_REQUEST: 'The body is not the JSON that the route takes. Compare it with the reference of the route.',
  INVALID_CURSOR: 'The cursor comes from another list or order. Begin without `after`.',
  METRIC_NOT_SUPPORTED: 'The metric has no such grouping or interval. The message names those that it has.',
  INVALID_ENROLMENT_TOKEN: 'The token is unknown, or belongs to another stack. Use that of the deployment.',
  GRAPHQL_PARSE_FAILED: 'The document is not GraphQL. The location points to the first unexpected character.',
  GRAPHQL_VALIDATION_FAILED:
    'The document asks for what the schema does not have. The message names the nearest field.',
  OPERATION_RESOLUTION_FAILURE: 'The document has several operations or none of this name. Send `operationName`.',
  PERSISTED_QUERY_NOT_FOUND:
    'The hash is unknown here. Repeat the request with the document; clients do that themselves.',
  PERSISTED_QUERY_MISMATCH: 'The hash does not belong to the document. Hash the exact text with SHA-256.',
  DOCUMENT_NOT_FOUND: 'No manifest has this ID. Deploy the manifest of the client before the client.',
  DOCUMENT_NOT_TRUSTED: 'The server takes only documents of its manifests. Add the document to one.',
  QUERY_TOO_DEEP: 'The operation nests too far. Divide it.',
  QUERY_TOO_COMPLEX: 'The operation can return too much. Request fewer items: `first: 20`.',
  QUERY_TOO_LONG: 'The document is too long. Divide it, or request it by its hash.',
  RESPONSE_TOO_LARGE: 'The result is too large. Request fewer items or fields.',
  TOO_MANY_ALIASES: 'The operation repeats a field too often. Use a list field, for example `nodes(ids:)`.',
  BATCH_TOO_LARGE: 'The batch has too many operations. Send smaller batches.',
  REQUEST_TIMEOUT: 'The body did not arrive in time. Repeat the call under the same key.',
  BODY_TOO_LARGE: 'The body is too large. Divide it.',
  HEADERS_TOO_LARGE: 'URL and headers are longer than 16 KiB together. Shorten them.',
  UNSUPPORTED_MEDIA_TYPE: 'The body has another type. Send `Content-Type: application/json`.',
  METHOD_NOT_ALLOWED:
    'GraphQL takes queries by GET and everything by POST; the reference states the method of each route.',
  TOO_MANY_SUBSCRIPTIONS: 'The connection has too many streams. End some, or open another connection.',
  TIMEOUT: 'The work took too long. Repeat the call under the same key.',
  UNAVAILABLE: 'The database or a provider does not respond. Repeat the call under the same key after `Retry-After`.',
  INTERNAL: 'A fault of the server. Send the request ID to the operator, and repeat the call under the same key.',
  CONFIGURATION: 'A setting of the server is wrong or missing. The message names it for the operator.',
}
