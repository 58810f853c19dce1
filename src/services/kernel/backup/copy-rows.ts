import { UnusableBackup } from './backup-format.js'

const NEWLINE = 0x0a
/** NULL in the text format of COPY. */
const NULL = '\\N'
const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

/** A quotation mark, an escape other than NULL, or a character that JSON escapes. */
const NOT_PLAIN = /"|\\[^N]|[^\t -\ud7ff\ue000-\uffff]/

/**
 * Calls `onRow` with the cells of each row of the text format of COPY, in whatever pieces the text arrives. Cells are plain if
 * each of them is the same within JSON.
 */
export async function forEachCopiedRow(
  pieces: AsyncIterable<Buffer>,
  onRow: (cells: (string | null)[], isPlain: boolean) => void,
): Promise<void> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const piece of pieces) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, piece]) : piece
    const end = bytes.lastIndexOf(NEWLINE)
    rest = bytes.subarray(end + 1)
    if (end < 0) continue
    for (const line of bytes.toString('utf8', 0, end).split('\n')) {
      const isPlain = !NOT_PLAIN.test(line)
      onRow(cellsOf(line, isPlain), isPlain)
    }
  }
  if (rest.length > 0) throw new UnusableBackup('the last row of a table has no end')
}

function cellsOf(line: string, isPlain: boolean): (string | null)[] {
  const cells: (string | null)[] = line.split('\t')
  for (let index = 0; index < cells.length; index++) {
    const cell = cells[index]!
    if (cell.length === 2 && cell === NULL) cells[index] = null
    else if (!isPlain && cell.includes('\\'))
      cells[index] = cell.replace(/\\(.)/gs, (_, sign: string) => ESCAPES[sign] ?? sign)
  }
  return cells
}

/** The bytes of a `bytea` as PostgreSQL prints it. */
export const bytesOf = (cell: string | null): Buffer => Buffer.from((cell ?? '').replace(/^\\x/, ''), 'hex')
