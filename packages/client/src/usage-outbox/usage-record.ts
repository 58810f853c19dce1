import type { FeatureKey } from '../catalog-keys.js'
import { createIdempotencyKey } from '../idempotency.js'
import type { SentUsage } from '../entitlements/record-usage.js'
import type { UseProperties } from '../entitlements/types.js'
import { sentNames, sentWork, type Work } from '../entitlements/work.js'
import { isTextId } from '../text-id.js'
import { UsageOutboxError } from './outbox-error.js'

/** Usage to record. */
export interface UsageInput {
  /** ID or reference of the account, for example `person:ann@example.com`. */
  readonly accountId: string
  /** Code of a feature of the kind quota or credit. */
  readonly feature: FeatureKey
  /** Units, 1 to 1,000,000,000,000. Default: 1 without `work`. */
  readonly amount?: number | null | undefined
  /** Work that the rate card of the feature prices when it is delivered, or for its time with `at`. Instead of `amount`. */
  readonly work?: Work | null | undefined
  /** Properties of the use, at most five. */
  readonly properties?: UseProperties | null | undefined
  /** Member of the account who used the units. The caps of the member apply. Default: none. */
  readonly userId?: string | null | undefined
  /**
   * Time of the use, by the business clock of the server. Without it usage counts at the time of its delivery. With it, usage that is
   * delivered after the end of its period counts in the present one, and is rejected after 35 days.
   */
  readonly at?: Date | null | undefined
  /** Identifies the use: records with the same key count once. 1 to 255 printable ASCII characters without spaces. Default: a new key. */
  readonly key?: string | undefined
}

/** A record in the form that is on disk. */
export interface StoredUsage extends Omit<SentUsage, 'work' | 'properties'> {
  readonly work?: Work | null | undefined
  readonly properties?: UseProperties | null | undefined
  /** Time at which it was recorded, in milliseconds since 1970. */
  readonly recordedAt: number
}

const KEY = /^[\x21-\x7e]{1,255}$/
const MAX_AMOUNT = 1_000_000_000_000
const MAX_NAME = 200
/** The longest kind of a reference, and an ID. */
const MAX_REFERENCE = 'community:'.length + 200
/** Quantities and dimensions of one record. */
const MAX_NAMES = 20

/** The record of an input. @throws UsageOutboxError with the code `INVALID` */
export function storedUsage(input: UsageInput, recordedAt: number): StoredUsage {
  const { accountId, feature, work, properties, at, userId } = input
  const key = input.key ?? createIdempotencyKey()
  const amount = input.amount ?? (isGiven(work) ? input.amount : 1)
  const fail = (message: string): never => {
    throw new UsageOutboxError('INVALID', message, { key })
  }
  if (!isTextId(accountId) || !isName(accountId, MAX_REFERENCE))
    fail(`accountId must be a visible text of at most ${MAX_REFERENCE} characters.`)
  if (!isName(feature)) fail('feature must be a text of 1 to 200 characters.')
  if (isGiven(work) && isGiven(amount)) fail('Set either amount or work.')
  if (isGiven(work) && !isWork(work))
    fail(
      `work must have up to ${MAX_NAMES} integers as quantities, one above 0, and up to ${MAX_NAMES} texts as dimensions.`,
    )
  if (isGiven(properties) && !isNames(properties)) fail(`properties must be up to ${MAX_NAMES} texts.`)
  if (isGiven(amount) && !isAmount(amount, 1)) fail(`amount must be an integer between 1 and ${MAX_AMOUNT}.`)
  if (isGiven(userId) && !(isTextId(userId) && isName(userId)))
    fail('userId must be a visible text of at most 200 characters.')
  if (typeof key !== 'string' || !KEY.test(key)) fail('key must be 1 to 255 printable ASCII characters without spaces.')
  if (isGiven(at) && !isTime(at)) fail('at must be a valid time.')
  const own = { properties: properties && { ...properties }, at: at && at.toISOString() }
  return { accountId, feature, amount, work, userId, ...own, key, recordedAt }
}

/** False for what is left out, and for null, which is the default of each member that may be null. */
const isGiven = <Value>(value: Value): value is NonNullable<Value> => value !== undefined && value !== null

const isTime = (at: unknown): boolean => at instanceof Date && !Number.isNaN(at.getTime())

const isAmount = (value: unknown, least: number): boolean =>
  Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= MAX_AMOUNT

function isWork(work: Work): boolean {
  const { quantities, dimensions = {} } = Object(work) as Partial<Work>
  const amounts = Object.entries(Object(quantities) as Work['quantities'])
  return (
    amounts.length <= MAX_NAMES &&
    amounts.every(([name, amount]) => isName(name) && isAmount(amount, 0)) &&
    amounts.some(([, amount]) => amount > 0) &&
    isNames(dimensions)
  )
}

function isNames(values: unknown): boolean {
  const named = Object.entries(Object(values) as object)
  return (
    Object(values) === values && named.length <= MAX_NAMES && named.every((pair) => pair.every((text) => isName(text)))
  )
}

const isName = (text: unknown, maxLength = MAX_NAME): boolean =>
  typeof text === 'string' &&
  text.length >= 1 &&
  Array.from(text).length <= maxLength &&
  text.isWellFormed() &&
  !text.includes('\0')

/** The members that are sent. */
export const sentUsage = ({ recordedAt: _recordedAt, work, properties, ...sent }: StoredUsage): SentUsage => ({
  ...sent,
  work: work && sentWork(work),
  properties: properties && sentNames(properties),
})
