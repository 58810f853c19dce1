import { comparePositions, type CheckedChain, type Position } from './checked-chain.js'
import type { ChainLog } from './entry-digest.js'
import type { PlacedDigest, SortedDigests } from './sorted-digests.js'

/** Digests of stored entries, and of the links of their chains. */
export interface ComparedDigests {
  readonly entries: SortedDigests
  readonly chained: SortedDigests
}

const OPERATION = 2 ** 32

/** Operation and entry of a position as one number. */
export const minorOf = ([, operationNo, entryNo]: Position): number => operationNo * OPERATION + entryNo

const positionOf = ({ major, minor }: PlacedDigest): Position => [
  major,
  Math.floor(minor / OPERATION),
  minor % OPERATION,
]

export const entryName = (log: ChainLog, position: Position): string =>
  log === 'LEDGER' ? `ledger entry ${position.join('-')}` : `audit entry number ${position[0]}`

export const isAfter = (position: Position, last: Position | null): boolean =>
  last !== null && comparePositions(position, last) > 0

/** Finds the first entry of a ledger that differs. Returns the number of entries that are not chained yet. */
export function compareLedger(chain: CheckedChain, { entries, chained }: ComparedDigests): number {
  const { last } = chain.stored
  let [found, unchained, differs] = [0, 0, false]
  let before: Position | null = null
  for (let entry = entries.take(chain.number); entry; entry = entries.take(chain.number)) {
    const position = positionOf(entry)
    if (!differs && chained.peek(chain.number)?.characters === entry.characters) {
      chained.take(chain.number)
      before = position
      if (++found === chain.entryCount && (!last || comparePositions(position, last) !== 0))
        chain.report('the row of the chain names another last entry')
    } else if (isAfter(position, last)) unchained++
    else if (!differs) {
      differs = true
      const link = chained.take(chain.number)
      const next = entries.peek(chain.number)
      const isLast = !next || isAfter(positionOf(next), last)
      if (chained.peek(chain.number)?.characters === entry.characters)
        chain.report(`the ledger entry before ${entryName('LEDGER', position)} is missing`)
      else if (chain.storedEntries > chain.entryCount && (isLast || link?.characters === next.characters))
        chain.report(`${entryName('LEDGER', position)} is not in the chain`)
      else chain.report(`${entryName('LEDGER', position)} was changed`)
    }
  }
  if (!differs && found < chain.entryCount)
    chain.report(
      `${chain.entryCount - found} ledger entries are missing ${before ? `after ${entryName('LEDGER', before)}` : 'at the start of the chain'}`,
    )
  while (chained.take(chain.number));
  return unchained
}

/** Compares audit entries by their numbers. Returns the number of entries that are missing because they were chained before a time. */
export function compareAudit(
  chain: CheckedChain,
  { entries, chained }: ComparedDigests,
  expiredBefore: number,
): number {
  let expired = 0
  let entry = entries.take(chain.number)
  const changed = (index: number) =>
    chain.report(`${entryName('AUDIT', [index, 0, 0])} was changed, or is not in the chain`)
  for (let link = chained.take(chain.number); link; link = chained.take(chain.number)) {
    // A number below the first one is none of the chain.
    for (; entry && entry.major < link.major; entry = entries.take(chain.number)) changed(entry.major)
    if (entry?.major !== link.major) {
      if (link.minor < expiredBefore) expired++
      else chain.report(`${entryName('AUDIT', [link.major, 0, 0])} is missing`)
    }
    for (; entry?.major === link.major; entry = entries.take(chain.number))
      if (entry.characters !== link.characters) changed(entry.major)
  }
  for (; entry; entry = entries.take(chain.number)) changed(entry.major)
  return expired
}
