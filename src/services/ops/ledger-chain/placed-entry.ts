import { comparePositions, type CheckedChain, type Position } from './checked-chain.js'
import type { EntryDigester } from './entry-digest.js'

/** A ledger entry with the bytes of its digest as characters. */
export interface PlacedEntry {
  readonly position: Position
  readonly digest: string
}

/** A position in numbers. NaN for what is none, so that no comparison holds. */
export const positionOf = (place: readonly (string | null | undefined)[]): Position => {
  const [version, operationNo, entryNo] = place.map((text) => (text ? Number(text) : Number.NaN))
  return [version!, operationNo!, entryNo!]
}

/** Position of a row of the ledger. */
export const place = (digester: EntryDigester, cells: readonly (string | null)[]): Position =>
  positionOf(['version', 'operation_no', 'entry_no'].map((column) => digester.valueOf(cells, column)))

export const entryName = (position: Position): string => `ledger entry ${position.join('-')}`

/** Finds the first entry of a chain that differs. */
export function compareInOrder(chain: CheckedChain, entries: PlacedEntry[]): void {
  entries.sort((left, right) => comparePositions(left.position, right.position))
  const first = entries.findIndex(({ digest }, index) => !chain.hasDigest(index, digest))
  if (first < 0 && entries.length === chain.entryCount) return
  const entry = entries[first]
  if (!entry) {
    const before = entries.at(-1)
    const where = before ? `after ${entryName(before.position)}` : 'at the start of the chain'
    return chain.report(`${chain.entryCount - entries.length} ledger entries are missing ${where}`)
  }
  const next = entries[first + 1]
  if (chain.hasDigest(first + 1, entry.digest))
    chain.report(`the ledger entry before ${entryName(entry.position)} is missing`)
  else if (entries.length > chain.entryCount && (!next || chain.hasDigest(first, next.digest)))
    chain.report(`${entryName(entry.position)} is not in the chain`)
  else chain.report(`${entryName(entry.position)} was changed`)
}
