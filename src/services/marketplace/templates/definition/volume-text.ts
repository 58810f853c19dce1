import { posix } from 'node:path'

/** Parts of a volume that is written as `source:target:options`. */
export interface VolumeText {
  /** Null for a new volume without a name. */
  readonly source: string | null
  readonly target: string
}

/** Reads a volume as the reference implementation does. Null if a part is missing, or one is too many. */
export function readVolumeText(text: string): VolumeText | null {
  if (text === '') return null
  if (text.length <= 2) return { source: null, target: text }
  const parts: string[] = []
  for (const part of text.split(':')) {
    const last = parts.at(-1)
    // The letter of a drive, as in `C:\data`.
    if (last !== undefined && /^\p{L}$/u.test(last)) parts[parts.length - 1] = `${last}:${part}`
    else parts.push(part)
  }
  const [first = '', second] = parts
  if (parts.length > 3 || parts.includes('')) return null
  return second === undefined
    ? { source: null, target: normalizePath(first) }
    : { source: first, target: normalizePath(second) }
}

/** Longest path of Linux. */
export const MAX_PATH = 4_096

/** A path without `.`, `..` and repeated slashes. A longer one than Linux has stays, because the time grows with the square of its length. */
export const normalizePath = (path: string): string => (path.length > MAX_PATH ? path : posix.normalize(path))

/** True if the source of a volume is a path of the server, and no name. */
export const isPath = (source: string): boolean => /^(?:[./~]|\\\\|\p{L}:)/u.test(source)
