import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { newId } from '../../kernel/ids/ids.js'

/** A report's bytes as they are kept. */
export interface StoredReport {
  readonly id: string
  readonly body: Buffer
  readonly encoding: 'IDENTITY' | 'GZIP'
}

/** Below this many bytes a report is kept as it is: most are small, and zipping costs more than it saves. */
const COMPRESS_FROM = 8 * 1024

const zip = promisify(gzip)
const unzip = promisify(gunzip)

/** Prepares a report's exact bytes for keeping; large ones are compressed, off the main thread. */
export async function storeReport(bytes: Buffer): Promise<StoredReport> {
  const id = newId('rep')
  if (bytes.length < COMPRESS_FROM) return { id, body: bytes, encoding: 'IDENTITY' }
  return { id, body: await zip(bytes, { level: 1 }), encoding: 'GZIP' }
}

/** The bytes that came. */
export const readReport = async ({ body, encoding }: Pick<StoredReport, 'body' | 'encoding'>): Promise<Buffer> =>
  encoding === 'GZIP' ? unzip(body) : body
