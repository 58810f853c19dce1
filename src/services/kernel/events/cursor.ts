import { AppError } from '../errors/app-error.js'

/** A place in one stream, opaque to clients. */
export const encodeCursor = (streamId: string, sequence: number): string =>
  Buffer.from(`${streamId}:${sequence}`).toString('base64url')

/** Sequence of a cursor of this stream. Throws for any other cursor. @param field argument that has the cursor */
export function decodeCursor(streamId: string, cursor: string, field: 'after' | 'before' = 'after'): number {
  const text = Buffer.from(cursor, 'base64url').toString()
  const sequence = Number(text.slice(streamId.length + 1))
  if (
    text.startsWith(`${streamId}:`) &&
    /^\d{1,16}$/.test(text.slice(streamId.length + 1)) &&
    Number.isSafeInteger(sequence)
  )
    return sequence
  throw new AppError('INVALID_CURSOR', 'Invalid cursor for this stream.', {
    details: { field },
  })
}
