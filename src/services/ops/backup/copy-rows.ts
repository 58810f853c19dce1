import { UnusableBackup } from './backup-format.js'

const NEWLINE = 0x0a
/** NULL in the text format of COPY. */
const NULL = '\\N'
const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

/** Calls `onRow` with the cells of each row of the text format of COPY, in whatever pieces the text arrives. */
export async function forEachCopiedRow(
  pieces: AsyncIterable<Buffer>,
  onRow: (cells: (string | null)[]) => void,
): Promise<void> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const piece of pieces) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, piece]) : piece
    const end = bytes.lastIndexOf(NEWLINE)
    rest = bytes.subarray(end + 1)
    if (end >= 0) for (const line of bytes.toString('utf8', 0, end).split('\n')) onRow(cellsOf(line))
  }
  if (rest.length > 0) throw new UnusableBackup('the last row of a table has no end')
}

function cellsOf(line: string): (string | null)[] {
  const cells: (string | null)[] = line.split('\t')
  if (!line.includes('\\')) return cells
  for (let index = 0; index < cells.length; index++) {
    const cell = cells[index]!
    if (cell === NULL) cells[index] = null
    else if (cell.includes('\\')) cells[index] = cell.replace(/\\(.)/gs, (_, sign: string) => ESCAPES[sign] ?? sign)
  }
  return cells
}

/** The bytes of a `bytea` as PostgreSQL prints it. */
export const bytesOf = (cell: string | null): Buffer => Buffer.from((cell ?? '').replace(/^\\x/, ''), 'hex')
