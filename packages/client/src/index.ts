export { alertInputs, alertLevels, otherAlerts, type AlertLevels } from './alerts.js'
export type { CatalogKeys, FeatureKey, PackageKey, PlanKey } from './catalog-keys.js'
export { createStackgate } from './client.js'
export type {
  FollowOptions,
  OperationOutcome,
  PartialResult,
  RequestOptions,
  RequestVariables,
  Stackgate,
  StackgateOptions,
  StreamOptions,
  StreamVariables,
  VariablesAndOptions,
} from './client.js'
export type { BatchOptions } from './batcher.js'
export { DenialError, toDenial } from './denials.js'
export type { Denial, DenialRemedy, DeniedAmount, DeniedQuantity } from './denials.js'
export { expectResult, resultOf } from './results.js'
export type { Denied, MutationResult, PayloadResult, Result, ValueOf } from './results.js'
export type { ResultOf, TypedDocument, VariablesOf } from './operation.js'
export { NetworkError, StackgateError } from './errors.js'
export type { ClientCode, StackgateCode, ValidationIssue } from './errors.js'
export type { ErrorCode } from './generated/codes.js'
export type * from './generated/types.js'
export type { Fetch, Persisted } from './http.js'
export { createIdempotencyKey } from './idempotency.js'
export type { JoinOptions } from './query-then-follow.js'
export { changedArguments, DENIAL_FRAGMENT, remedyActions, remedyDocuments } from './remedies.js'
export type { Arguments, CheckoutFields, RemedyAction, RemedyClient, RemedyOptions, RemedyOutcome } from './remedies.js'
export type { RetryOptions } from './requests.js'
export type { EventOf, ItemOf, ResyncItem, StreamItem, StreamState } from './stream/items.js'
export type { EndReason } from './stream/session.js'
export type { StreamHandle } from './stream/streams.js'
export type { Transport } from './stream/transports.js'
export type { WebSocketClass, WebSocketLike } from './stream/websocket-session.js'
export type { ClientTimers } from './timers.js'
export type { TokenProvider, TokenRequest } from './tokens.js'
