/**
 * Every code that a client can meet, with its HTTP status at the REST edge and a short text (`error` in REST bodies).
 * A test compares the table of docs/errors.md and the schema's `DenialCode` with this one.
 */
export interface CodeInfo {
  readonly status: number
  readonly text: string
}

/** Expected, typed denials (`enum DenialCode`). 402 if a purchase lifts the denial. */
export const DENIAL_CODES = {
  INSUFFICIENT_PLAN: { status: 402, text: 'Insufficient plan' },
  TEMPLATE_NOT_PURCHASED: { status: 402, text: 'Template not purchased' },
  FEATURE_NOT_INCLUDED: { status: 402, text: 'Feature not included in plan' },
  STACK_NOT_SUPPORTED: { status: 402, text: 'Stack not supported by plan' },
  QUOTA_EXCEEDED: { status: 402, text: 'Plan limit exceeded' },
  LIMIT_REACHED: { status: 402, text: 'Plan limit exceeded' },
  INSUFFICIENT_CREDITS: { status: 402, text: 'Insufficient credits' },
  OVERAGE_CAP_REACHED: { status: 402, text: 'Overage cap reached' },
  OVERAGE_UNPAID: { status: 402, text: 'Overage unpaid' },
  POOL_EXHAUSTED: { status: 403, text: 'Pool exhausted' },
  SPEND_CAP_REACHED: { status: 403, text: 'Spend cap reached' },
  RATE_LIMITED: { status: 429, text: 'Too many requests' },
  INVALID_PLAN: { status: 400, text: 'Invalid plan tier' },
  INVALID_PRICE: { status: 422, text: 'Invalid price' },
  SUBSCRIPTION_CONFLICT: { status: 409, text: 'Subscription already active' },
  CHECKOUT_CONFLICT: { status: 409, text: 'Checkout in progress' },
  NO_ACTIVE_SUBSCRIPTION: { status: 400, text: 'No active subscription' },
  BASE_SUBSCRIPTION_REQUIRED: { status: 409, text: 'Base subscription required' },
  ALREADY_OWNED: { status: 409, text: 'Already owned' },
  ALREADY_INCLUDED: { status: 409, text: 'Already included in plan' },
  NOT_FOR_SALE: { status: 409, text: 'Not for sale' },
  CONTACT_REQUIRED: { status: 409, text: 'Contact sales' },
  TRIAL_NOT_AVAILABLE: { status: 409, text: 'Trial not available' },
  INVALID_RETURN_URL: { status: 400, text: 'Invalid return URL' },
  INVALID_URL: { status: 400, text: 'Invalid URL' },
  INVALID_EMAIL: { status: 400, text: 'Invalid email' },
  MODE_MISMATCH: { status: 409, text: 'Mode mismatch' },
  PROVIDER_CHOICE_REQUIRED: { status: 400, text: 'Payment provider not chosen' },
  PROVIDER_UNAVAILABLE: { status: 503, text: 'Payment provider unavailable' },
  NOT_SUPPORTED_BY_PROVIDER: { status: 409, text: 'Not supported by the payment provider' },
  PAYMENT_FAILED: { status: 402, text: 'Payment failed' },
  IDEMPOTENCY_MISMATCH: { status: 409, text: 'Idempotency key reused with different input' },
  RESERVATION_CLOSED: { status: 409, text: 'Reservation closed' },
  LINE_FAILED: { status: 500, text: 'Line failed' },
  NO_OVERAGE_PRICE: { status: 422, text: 'No overage price' },
  INVALID_AMOUNT: { status: 422, text: 'Invalid amount' },
  SECRET_ALREADY_SHOWN: { status: 409, text: 'Secret already shown' },
  UNKNOWN_COMMAND: { status: 422, text: 'Unknown command' },
  COMMAND_NOT_SUPPORTED: { status: 422, text: 'Command not supported' },
  INVALID_PARAMETERS: { status: 422, text: 'Invalid parameters' },
  INVALID_TRANSITION: { status: 409, text: 'Transition not allowed' },
  ALREADY_REGISTERED: { status: 409, text: 'Agent already registered' },
  TOO_MANY_OBJECTS: { status: 409, text: 'Too many objects' },
  SLUG_TAKEN: { status: 409, text: 'slug already exists' },
  INVALID_DEFINITION: { status: 422, text: 'Invalid definition' },
  INFRASTRUCTURE_INSUFFICIENT: { status: 409, text: 'Insufficient infrastructure' },
  SANDBOX_ONLY: { status: 403, text: 'Sandbox only' },
  SIGN_IN_REQUIRED: { status: 401, text: 'Sign-in required' },
  INVALID_CLOCK: { status: 422, text: 'Invalid clock target' },
  NOT_FOUND: { status: 404, text: 'Not found' },
} as const satisfies Record<string, CodeInfo>

/** All other codes in `extensions.code` of GraphQL errors and `code` of REST bodies. */
export const ERROR_CODES = {
  UNAUTHENTICATED: { status: 401, text: 'Not signed in' },
  INVALID_TOKEN: { status: 401, text: 'Invalid token' },
  TOKEN_EXPIRED: { status: 401, text: 'Token expired' },
  INVALID_SIGNATURE: { status: 401, text: 'Invalid signature' },
  CLOCK_SKEW: { status: 401, text: 'Clock skew too large' },
  REPLAYED_REQUEST: { status: 401, text: 'Replayed request' },
  INVALID_WEBHOOK: { status: 400, text: 'Invalid signature' },
  FORBIDDEN: { status: 403, text: 'Forbidden' },
  NOT_FOUND: { status: 404, text: 'Not found' },
  CONFLICT: { status: 409, text: 'Conflict' },
  BAD_USER_INPUT: { status: 422, text: 'Bad input' },
  BAD_REQUEST: { status: 400, text: 'Bad request' },
  INVALID_CURSOR: { status: 422, text: 'Invalid cursor' },
  METRIC_NOT_SUPPORTED: { status: 422, text: 'Metric not supported' },
  INVALID_ENROLMENT_TOKEN: { status: 403, text: 'Invalid enrollment token' },
  GRAPHQL_PARSE_FAILED: { status: 400, text: 'Syntax error' },
  GRAPHQL_VALIDATION_FAILED: { status: 400, text: 'Invalid operation' },
  OPERATION_RESOLUTION_FAILURE: { status: 400, text: 'Unknown operation' },
  PERSISTED_QUERY_NOT_FOUND: { status: 200, text: 'Persisted query not found' },
  PERSISTED_QUERY_MISMATCH: { status: 400, text: 'Persisted query hash does not match' },
  DOCUMENT_NOT_FOUND: { status: 400, text: 'Document not found' },
  DOCUMENT_NOT_TRUSTED: { status: 403, text: 'Document not trusted' },
  QUERY_TOO_DEEP: { status: 400, text: 'Query too deep' },
  QUERY_TOO_COMPLEX: { status: 400, text: 'Query too complex' },
  QUERY_TOO_LONG: { status: 400, text: 'Query too long' },
  RESPONSE_TOO_LARGE: { status: 422, text: 'Response too large' },
  TOO_MANY_ALIASES: { status: 400, text: 'Too many aliases' },
  BATCH_TOO_LARGE: { status: 400, text: 'Batch too large' },
  REQUEST_TIMEOUT: { status: 408, text: 'Request timeout' },
  BODY_TOO_LARGE: { status: 413, text: 'Body too large' },
  HEADERS_TOO_LARGE: { status: 431, text: 'Headers too large' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, text: 'Unsupported media type' },
  METHOD_NOT_ALLOWED: { status: 405, text: 'Method not allowed' },
  TOO_MANY_SUBSCRIPTIONS: { status: 429, text: 'Too many subscriptions' },
  TIMEOUT: { status: 503, text: 'Timed out' },
  UNAVAILABLE: { status: 503, text: 'Temporarily unavailable' },
  INTERNAL: { status: 500, text: 'Internal error' },
  CONFIGURATION: { status: 500, text: 'Configuration error' },
} as const satisfies Record<string, CodeInfo>

export type DenialCode = keyof typeof DENIAL_CODES
export type ErrorCode = keyof typeof ERROR_CODES

/** Status and short text of any code, denial or error. */
export function codeInfo(code: DenialCode | ErrorCode): CodeInfo {
  return code in DENIAL_CODES ? DENIAL_CODES[code as DenialCode] : ERROR_CODES[code as ErrorCode]
}

/** Our name in the spelling of REST. Names in capitals that the caller chose (`env_vars.DB_HOST`) stay unchanged. */
export const toRestFieldName = (name: string): string =>
  name.replace(/([a-z0-9])([A-Z])/g, (_, before: string, letter: string) => `${before}_${letter.toLowerCase()}`)
