/// <reference types="node" />
export type { RejectedRecord } from './dead-letters.js'
export { UsageOutboxError, type UsageOutboxErrorCode } from './outbox-error.js'
export { createUsageOutbox, type UsageOutbox, type UsageOutboxOptions, type UsageOutboxStats } from './outbox.js'
export type { Work } from '../entitlements/work.js'
export type { StoredUsage, UsageInput } from './usage-record.js'
export { StackgateError } from '../errors.js'
