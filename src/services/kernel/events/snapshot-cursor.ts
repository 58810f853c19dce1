import { AppError } from '../errors/app-error.js'

/** Position of the last event that was read in an incomplete batch, as the order of the batch has it. */
export type BatchPosition = readonly [string, string]

/**
 * A place in a stream that merges many. The events before it are those of the transactions that were complete in the snapshot `from`.
 * Within a batch also those of `upto` that are not after `position`.
 */
export interface SnapshotCursor {
  /** The merged streams, for example those of the deployments of one account. */
  readonly scope: string
  /** The database that counts the transactions. */
  readonly era: string
  /** Minutes since 1970 (machine clock). */
  readonly issuedMinute: number
  readonly from: string
  readonly batch: { readonly upto: string; readonly position: BatchPosition } | null
}

const MAX_LENGTH = 16_384

/** Opaque to clients. */
export const encodeSnapshotCursor = ({ scope, era, issuedMinute, from, batch }: SnapshotCursor): string =>
  Buffer.from(
    JSON.stringify([scope, era, issuedMinute, from, ...(batch ? [batch.upto, ...batch.position] : [])]),
  ).toString('base64url')

/** Throws for anything but a cursor of these streams. */
export function decodeSnapshotCursor(scope: string, cursor: string): SnapshotCursor {
  const parts = cursor.length > MAX_LENGTH ? null : parse(Buffer.from(cursor, 'base64url').toString())
  const [ownScope, era, issuedMinute, from, upto, ...position] = parts ?? []
  if (
    ownScope !== scope ||
    typeof era !== 'string' ||
    !Number.isSafeInteger(issuedMinute) ||
    !isSnapshot(from) ||
    !(upto === undefined || (isSnapshot(upto) && isPosition(position)))
  )
    throw invalidCursor('Invalid cursor for this stream.')
  const batch = upto === undefined ? null : { upto, position: position as unknown as BatchPosition }
  return { scope, era, issuedMinute: issuedMinute as number, from, batch }
}

export const invalidCursor = (message: string): AppError =>
  new AppError('INVALID_CURSOR', message, { details: { field: 'after' } })

function parse(text: string): readonly unknown[] | null {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value : null
  } catch {
    return null
  }
}

const isPosition = (position: readonly unknown[]): boolean =>
  position.length === 2 &&
  position.every((part) => typeof part === 'string' && part.length < 200 && !part.includes('\0')) &&
  /^\d{1,18}$/.test(position[1] as string)

/** True for a text that PostgreSQL reads as `pg_snapshot`: the first and the next transaction, and those in progress between them. */
function isSnapshot(value: unknown): value is string {
  if (typeof value !== 'string' || !/^\d{1,18}:\d{1,18}:(?:\d{1,18}(?:,\d{1,18})*)?$/.test(value)) return false
  const [first, next, open] = value.split(':')
  const numbers = [first!, ...(open ? open.split(',') : [])].map(BigInt)
  const end = BigInt(next!)
  return (
    numbers[0]! > 0n &&
    numbers[0]! <= end &&
    numbers
      .slice(1)
      .every((number, index) => number < end && (index === 0 ? number >= numbers[0]! : number > numbers[index]!))
  )
}

/** The next transaction of a snapshot. */
export const snapshotEnd = (snapshot: string): bigint => BigInt(snapshot.split(':')[1]!)
