import { createIdempotencyKey } from '../idempotency.js'
import type { SentUsage } from '../entitlements/record-usage.js'
import { UsageOutboxError } from './outbox-error.js'

/** Usage to record. */
export interface UsageInput {
  /** ID or reference of the account, for example `person:ann@example.com`. */
  readonly accountId: string
  /** Code of a feature of the kind quota or credit. */
  readonly feature: string
  /** Units, 1 to 1,000,000,000,000. Default: 1. */
  readonly amount?: number | undefined
  /**
   * Time of the use, by the business clock of the server. Without it usage counts at the time of its delivery. With it, usage that is
   * delivered after the end of its period is rejected.
   */
  readonly at?: Date | undefined
  /** Identifies the use: records with the same key count once. 1 to 255 printable ASCII characters without spaces. Default: a new key. */
  readonly idempotencyKey?: string | undefined
}

/** A record in the form that is on disk. */
export interface StoredUsage extends SentUsage {
  /** Time at which it was recorded, in milliseconds since 1970. */
  readonly recordedAt: number
}

const KEY = /^[\x21-\x7e]{1,255}$/
const MAX_AMOUNT = 1_000_000_000_000
const MAX_NAME = 200

/** The record of an input. @throws UsageOutboxError with the code `INVALID` */
export function storedUsage(input: UsageInput, recordedAt: number): StoredUsage {
  const { accountId, feature, amount = 1, at, idempotencyKey = createIdempotencyKey() } = input
  const fail = (message: string): never => {
    throw new UsageOutboxError('INVALID', message, { idempotencyKey })
  }
  if (!isName(accountId)) fail('accountId must be a text of 1 to 200 characters.')
  if (!isName(feature)) fail('feature must be a text of 1 to 200 characters.')
  if (!(Number.isSafeInteger(amount) && amount >= 1 && amount <= MAX_AMOUNT))
    fail(`amount must be an integer between 1 and ${MAX_AMOUNT}.`)
  if (!KEY.test(idempotencyKey)) fail('idempotencyKey must be 1 to 255 printable ASCII characters without spaces.')
  if (at !== undefined && Number.isNaN(at.getTime())) fail('at must be a valid time.')
  return { accountId, feature, amount, ...(at ? { at: at.toISOString() } : {}), idempotencyKey, recordedAt }
}

const isName = (text: unknown): boolean =>
  typeof text === 'string' && text.length >= 1 && text.length <= MAX_NAME && text.isWellFormed() && !text.includes('\0')

/** The members that are sent. */
export const sentUsage = ({ recordedAt: _recordedAt, ...sent }: StoredUsage): SentUsage => sent
