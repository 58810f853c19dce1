import type { CommandData } from '@stackgate/client/documents'

type Report = NonNullable<NonNullable<CommandData['command']>['typedResult']>
/** Result of one reading of a log. */
export type LogPage = Pick<Extract<Report, { readonly __typename: 'LogsResult' }>, 'lines' | 'cursor' | 'truncated'>
/** A line of a log. */
export type LogLine = LogPage['lines'][number]

/** Lines of all readings. */
export interface LogLines {
  /** Oldest first. Undefined until the first reading. */
  readonly lines: readonly LogLine[] | undefined
  /** Number of lines that were removed before the first one. */
  readonly removedCount: number
  /** True if lines before the first one were not read. */
  readonly isTruncated: boolean
  /** Place behind the last line, as the agent names it. Null if it names none. */
  readonly cursor: string | null
}

/**
 * The lines with those of another reading. Without a cursor the agent returns the newest lines, which are joined where they overlap with
 * the known ones. They replace the known lines if they do not overlap, because lines between them can be missing.
 */
export function withPage(before: LogLines, page: LogPage, maxLines: number): LogLines {
  const { lines: known = [], cursor, removedCount } = before
  const isFirst = before.lines === undefined
  const common = cursor === null ? overlapOf(known, page.lines) : 0
  const isContinued = cursor !== null || common > 0 || page.lines.length === 0
  const kept = isContinued ? known : []
  const all = [...kept, ...page.lines.slice(common)]
  const removed = known.length - kept.length + Math.max(0, all.length - maxLines)
  return {
    lines: all.slice(-maxLines),
    removedCount: removedCount + removed,
    isTruncated: isFirst ? page.truncated : before.isTruncated || removed > 0,
    cursor: page.cursor,
  }
}

/** Number of the last known lines with which the next ones begin. */
function overlapOf(known: readonly LogLine[], next: readonly LogLine[]): number {
  for (let count = Math.min(known.length, next.length); count > 0; count--) {
    const start = known.length - count
    if (next.slice(0, count).every((line, index) => isSame(line, known[start + index]!))) return count
  }
  return 0
}

const isSame = (one: LogLine, other: LogLine): boolean =>
  one.message === other.message && one.ts === other.ts && one.stream === other.stream
