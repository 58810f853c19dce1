export {
  createEntitlements,
  type Entitlements,
  type EntitlementsOptions,
  type UnavailablePolicy,
} from './entitlements.js'
export type { LocalCheck, LocalReason } from './local-check.js'
export type * from './types.js'
export type { EntitlementWatch, WatchOptions } from './watch.js'
export type { Hold, WorkResult } from './with-reservation.js'
export { DenialError, toDenial, type Denial, type DenialRemedy } from '../denials.js'
export { NetworkError, StackgateError } from '../errors.js'
