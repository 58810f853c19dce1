import { hash } from 'node:crypto'
import { USE_TEXT_NAMES } from '#entities/entitlements/use-texts.js'
import { canonicalJson } from '#services/kernel/text/canonical-json.js'

// Digests of a chain. Each kind of input has its own first byte, so that one is never mistaken for another; 0x00 and 0x01 are those of
// the Merkle tree. docs/verifiable-ledger.md describes all of them.

export const CHAIN_LOGS = ['AUDIT', 'LEDGER'] as const
/** The two logs that have a chain for each account. */
export type ChainLog = (typeof CHAIN_LOGS)[number]

/** Number of bytes of a digest. */
export const DIGEST_BYTES = 32
export const COMMITMENT_KEY_BYTES = 32

const LINK = Buffer.of(0x02)
const COMMITMENT = Buffer.of(0x03)
const START = '\u0004'
const ENTRY = '\u0005'

const TEXT = /["\\]|[^ -\ud7ff\ue000-\uffff]/

/** A string of canonical JSON. Most need no escapes, and the function of the engine takes longer. */
const quoted = (text: string): string => (TEXT.test(text) ? JSON.stringify(text) : `"${text}"`)

/** Chain of the audit entries without an account. */
export const INSTALLATION_CHAIN = 'installation'

/** The columns that an erasure removes from an entry. The digest of the entry contains a commitment to each instead. */
const ERASABLE: Record<ChainLog, readonly string[]> = { LEDGER: USE_TEXT_NAMES, AUDIT: ['details'] }
/** The column of the commitment that remains after an erasure. */
const commitmentColumn = (erasable: string): string => `${erasable}_digest`
/** The columns of commitments in the entries of a log. */
export const commitmentColumns = (log: ChainLog): readonly string[] => ERASABLE[log].map(commitmentColumn)
/** Position in the chain: it is not known yet when the entry is written. */
const POSITION = 'chain_no'

/** Cells of an entry as PostgreSQL prints them, times in UTC. */
export type Cells = readonly (string | null)[]

/** Makes digests of entries whose cells are in the order of these columns. */
export interface EntryDigester {
  digest(cells: Cells, commitmentKey: Buffer | null): Buffer
  /**
   * The bytes of a digest as characters, which takes half the time of a buffer. Cells are plain if none of them is escaped in
   * JSON.
   */
  digestText(cells: Cells, commitmentKey: Buffer | null, isPlain: boolean): string
  /** The digest of the members that `members` returned. */
  valueOf(cells: Cells, column: string): string | null
}

/**
 * The digest of an entry is SHA-256 over 0x05 and its canonical JSON: an object of all columns that are not null, as
 * strings, with the commitment instead of what an erasure removes. A column that a later release adds is null in
 * earlier entries, so that their digests stay the same.
 */
export function entryDigester(log: ChainLog, columns: readonly string[]): EntryDigester {
  const place = new Map(columns.map((column, index) => [column, index]))
  const cell = (cells: Cells, column: string): string | null => cells[place.get(column) ?? -1] ?? null
  const erasables = ERASABLE[log]
  const members = [...new Set([...columns, ...commitmentColumns(log)])]
    .filter((column) => !erasables.includes(column) && column !== POSITION)
    .toSorted()
    .map((column) => ({
      index: place.get(column) ?? -1,
      name: `"${column}":`,
      isTime: TIMES.has(column),
      erasable: erasables.find((erasable) => column === commitmentColumn(erasable)),
    }))
  const positionOf = (cells: Cells): string =>
    log === 'LEDGER'
      ? `${cell(cells, 'version')}-${cell(cells, 'operation_no')}-${cell(cells, 'entry_no')}`
      : cell(cells, 'id')!
  const commitmentOf = (erasable: string, cells: Cells, key: Buffer | null): string | null => {
    const stored = cell(cells, commitmentColumn(erasable))
    const text = cell(cells, erasable)
    // An erasure leaves the empty details of an audit entry.
    const isErased = stored !== null && (log === 'AUDIT' ? text === '{}' : text === null)
    if (isErased) return stored.replace(/^\\x/, '')
    if (stored !== null) return 'both'
    return text === null ? null : commitment(key, positionOf(cells), text)
  }
  const digestText = (cells: Cells, key: Buffer | null, isPlain: boolean): string => {
    let text = ''
    for (const { index, name, isTime, erasable } of members) {
      const raw = erasable ? commitmentOf(erasable, cells, key) : (cells[index] ?? null)
      if (raw === null) continue
      const value = isTime ? canonicalTime(raw) : raw
      text += `${text === '' ? ENTRY + '{' : ','}${name}${isPlain ? `"${value}"` : quoted(value)}`
    }
    return hash('sha256', `${text}}`, 'binary')
  }
  return {
    valueOf: cell,
    digestText,
    digest: (cells, key) => Buffer.from(digestText(cells, key, false), 'latin1'),
  }
}

/** Columns with a time. */
const TIMES: ReadonlySet<string> = new Set(['at', 'minute', 'window_start', 'window_end'])

const TIME = /^(\d{4,}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?\+00$/

/** A time of PostgreSQL in UTC as RFC 3339 with six digits of a second. */
export function canonicalTime(text: string): string {
  // `2026-11-24 05:00:00.123+00`; all but the digits of the second have a fixed place in years of four digits.
  const found = TIME.exec(text)
  return found ? `${found[1]}T${found[2]}.${(found[3] ?? '').padEnd(6, '0')}Z` : text
}

/** Input of most commitments. It is overwritten by the next one. */
const scratch = Buffer.alloc(4_096)

/** Commitment to a text: SHA-256 over 0x03, the key of the chain, the position of the entry, 0x00 and the text. */
export function commitment(key: Buffer | null, position: string, text: string): string {
  const rest = `${position}\0${text}`
  const begin = COMMITMENT.length + (key?.length ?? 0)
  // A character has at most three bytes for each of its units.
  const input = begin + rest.length * 3 <= scratch.length ? scratch : Buffer.alloc(begin + rest.length * 3)
  COMMITMENT.copy(input)
  key?.copy(input, COMMITMENT.length)
  const end = begin + input.write(rest, begin)
  return hash('sha256', input.subarray(0, end), 'hex')
}

/** The value of a chain without entries. */
export const chainStart = (accountId: string, log: ChainLog): Buffer =>
  hash('sha256', START + canonicalJson({ account_id: accountId, format: 'stackgate-chain/1', log }), 'buffer')

/** The value of a chain after a link: SHA-256 over 0x02, the value before, the number of entries before, and the digests of its entries. */
export function linkValue(before: Buffer, entriesBefore: number, digests: Buffer): Buffer {
  const number = Buffer.alloc(8)
  number.writeBigUInt64BE(BigInt(entriesBefore))
  return hash('sha256', Buffer.concat([LINK, before, number, digests]), 'buffer')
}

/** The state of a chain, as a leaf of the tree below a signed root. */
export interface ChainState {
  readonly accountId: string
  readonly log: ChainLog
  readonly entryCount: number
  readonly value: Buffer
}

/** The data of a leaf. */
export const leafData = ({ accountId, log, entryCount, value }: ChainState): string =>
  canonicalJson({ account_id: accountId, entry_count: entryCount, log, value: value.toString('hex') })
