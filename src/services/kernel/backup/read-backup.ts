import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import {
  FRAME,
  FrameSum,
  readFrames,
  UnusableBackup,
  type BackedUpTable,
  type BackupHeader,
  type BackupManifest,
  type Frame,
} from './backup-format.js'
import type { Backup } from './write-backup.js'

/** Consumer of a backup's parts. Each promise is awaited before the next part. */
export interface BackupReader {
  header?(header: BackupHeader): Promise<void>
  /** The rows of one table, as COPY takes them; must be read to their end. */
  table?(name: string, columns: readonly string[], rows: AsyncIterable<Buffer>): Promise<void>
  /** Everything before it was right. */
  manifest?(manifest: BackupManifest): Promise<void>
}

/** Reads a backup from end to end and holds every number and checksum against what is there. */
export async function readBackup(file: string, reader: BackupReader = {}): Promise<Backup> {
  const raw = createReadStream(file)
  const unzipped = createGunzip()
  raw.on('error', (error) => unzipped.destroy(error))
  try {
    return await new BackupReading(readFrames(raw.pipe(unzipped)), reader).read()
  } catch (error) {
    throw toUnusable(error)
  } finally {
    raw.destroy()
    unzipped.destroy()
  }
}

const BROKEN_GZIP = /^(Z_|ERR_PADDING|ERR_TRAILING)/

function toUnusable(error: unknown): unknown {
  const { code = '', message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return new UnusableBackup(message)
  return BROKEN_GZIP.test(code) ? new UnusableBackup(`the backup is damaged or truncated (${message})`) : error
}

class BackupReading {
  private readonly sum = new FrameSum()
  private readonly tables: BackedUpTable[] = []

  constructor(
    private readonly frames: AsyncGenerator<Frame, void>,
    private readonly reader: BackupReader,
  ) {}

  async read(): Promise<Backup> {
    const header = await this.header()
    await this.reader.header?.(header)
    for (;;) {
      const frame = await this.next()
      if (frame.kind === FRAME.manifest) return { header, ...(await this.manifest(frame)) }
      if (frame.kind !== FRAME.table) throw new UnusableBackup('the parts of the backup are out of order')
      this.sum.add(frame)
      await this.table(parsed(frame) as { name: string; columns: string[] })
    }
  }

  private async header(): Promise<BackupHeader> {
    const frame = await this.next()
    const header = frame.kind === FRAME.header ? (parsed(frame) as BackupHeader) : null
    if (header?.format !== 'stackgate-backup') throw new UnusableBackup('this is not a Stackgate backup')
    if (header.version !== 1)
      throw new UnusableBackup(`the backup has format ${String(header.version)}, but this release reads format 1`)
    this.sum.add(frame)
    return header
  }

  private async table({ name, columns }: { name: string; columns: string[] }): Promise<void> {
    const hash = createHash('sha256')
    const found = { rows: 0, bytes: 0 }
    let end: Frame | undefined
    const rows = async function* (this: BackupReading): AsyncGenerator<Buffer> {
      for (;;) {
        const frame = await this.next()
        this.sum.add(frame)
        if (frame.kind !== FRAME.rows) {
          end = frame
          return
        }
        hash.update(frame.payload)
        found.bytes += frame.payload.length
        found.rows += linesOf(frame.payload)
        yield frame.payload
      }
    }.call(this)
    if (this.reader.table) await this.reader.table(name, columns, rows)
    // Not consumed: only counts the rows.
    else for await (const _ of rows);
    if (end?.kind !== FRAME.end) throw new UnusableBackup(`the rows of ${name} have no end`)
    const said = parsed(end) as BackedUpTable
    const table = { name, ...found, sha256: hash.digest('hex') }
    if (said.rows !== table.rows || said.bytes !== table.bytes || said.sha256 !== table.sha256)
      throw new UnusableBackup(
        `the rows of ${name} are damaged: ${table.rows} of ${said.rows} rows, or changed content`,
      )
    this.tables.push(table)
  }

  private async manifest(frame: Frame): Promise<BackupManifest> {
    const manifest = parsed(frame) as BackupManifest
    if (manifest.sha256 !== this.sum.digest()) throw new UnusableBackup('the checksum of the backup is wrong')
    if (JSON.stringify(manifest.tables) !== JSON.stringify(this.tables))
      throw new UnusableBackup('the backup does not contain the tables of its manifest')
    if (!(await this.frames.next()).done) throw new UnusableBackup('there is data after the end of the backup')
    await this.reader.manifest?.(manifest)
    return manifest
  }

  private async next(): Promise<Frame> {
    const { value } = await this.frames.next()
    if (!value) throw new UnusableBackup('the backup is truncated: its manifest is missing')
    return value
  }
}

function parsed(frame: Frame): unknown {
  try {
    return JSON.parse(frame.payload.toString('utf8'))
  } catch {
    throw new UnusableBackup('the backup is damaged: a table description cannot be read')
  }
}

const NEWLINE = 0x0a

/** COPY ends each row with a line feed and writes those within as `\n`. */
function linesOf(payload: Buffer): number {
  let count = 0
  for (let at = payload.indexOf(NEWLINE); at >= 0; at = payload.indexOf(NEWLINE, at + 1)) count++
  return count
}
