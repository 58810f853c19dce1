export { alertInputs, alertLevels, otherAlerts, type AlertLevels } from './alerts.js'
export { createStackgate } from './client.js'
export type {
  FollowOptions,
  OperationOutcome,
  PartialResult,
  RequestOptions,
  Stackgate,
  StackgateOptions,
  StreamOptions,
  StreamVariables,
  VariablesAndOptions,
} from './client.js'
export type { BatchOptions } from './batcher.js'
export { DenialError, expectResult, isDenial, toDenial } from './denials.js'
export type { Denial, DenialOf, DenialRemedy, DenialTypename, RemedyStep, ResultNamed, TypenameOf } from './denials.js'
export type { ResultOf, TypedDocument, VariablesOf } from './operation.js'
export { NetworkError, StackgateError } from './errors.js'
export type { ClientCode, StackgateCode, ValidationIssue } from './errors.js'
export { DENIALS } from './generated/denials.js'
export type { ErrorCode } from './generated/codes.js'
export type * from './generated/types.js'
export type { Fetch, Persisted } from './http.js'
export { createIdempotencyKey, withIdempotencyKey } from './idempotency.js'
export type { JoinOptions } from './query-then-follow.js'
export { DENIAL_FRAGMENT, remedyActions, remedyDocuments } from './remedies.js'
export type {
  CheckoutFields,
  RemedyAction,
  RemedyClient,
  RemedyOptions,
  RemedyOutcome,
  RetryChanges,
} from './remedies.js'
export type { RetryOptions } from './requests.js'
export type { EventOf, ItemOf, ResyncItem, StreamItem, StreamState } from './stream/items.js'
export type { EndReason } from './stream/session.js'
export type { StreamHandle } from './stream/streams.js'
export type { WebSocketClass, WebSocketLike } from './stream/websocket-session.js'
export type { ClientTimers } from './timers.js'
export type { TokenProvider, TokenRequest } from './tokens.js'
