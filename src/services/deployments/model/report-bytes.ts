import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { NewId } from '#services/kernel/ids/ids.js'

/** A report's bytes as they are kept. */
export interface StoredReport {
  readonly id: string
  readonly body: Buffer
  readonly encoding: 'IDENTITY' | 'GZIP'
}

/** No report is longer; redaction makes some of them a little longer than they came. */
const MAX_BYTES = 64 * 1_048_576

/** Minimum size in bytes for compression: most reports are small, and compressing them costs more than it saves. */
const COMPRESS_FROM = 8 * 1024

const zip = promisify(gzip)
const unzip = promisify(gunzip)

/** Prepares a report's exact bytes for keeping; large ones are compressed, off the main thread. */
export async function storeReport(newId: NewId, bytes: Buffer): Promise<StoredReport> {
  const id = newId('rep')
  if (bytes.length < COMPRESS_FROM) return { id, body: bytes, encoding: 'IDENTITY' }
  return { id, body: await zip(bytes, { level: 1 }), encoding: 'GZIP' }
}

/** The bytes that came; null if there are more than `limit`. */
export async function readReport(
  { body, encoding }: Pick<StoredReport, 'body' | 'encoding'>,
  limit = MAX_BYTES,
): Promise<Buffer | null> {
  if (encoding !== 'GZIP') return body.length > limit ? null : body
  try {
    return await unzip(body, { maxOutputLength: limit })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return null
    throw error
  }
}
