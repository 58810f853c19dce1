import { MASK } from './redaction-rules.js'

/** A key that begins in one report and ends in another has no frame in the report: its lines are recognized by their form. */
const END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g
const BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/
/** A line of a block: base64, its checksum, a header such as `DEK-Info: …`, what is hidden already, or nothing. */
const BLOCK_LINE =
  /^\s{0,80}(?:[A-Za-z\d+/]{1,100}={0,2}|=[A-Za-z\d+/]{4}|[A-Z][A-Za-z-]{2,20}: [^\n]{1,200}|\[REDACTED\])?\s{0,80}$/
/** Formats have 64, 70 or 76 characters in a line, after what a program prints before each line. */
const WHOLE_LINE = /^(?:[^\n]{0,80}\s)?([A-Za-z\d+/]{40,100}={0,2})\s{0,80}$/
/** The last line of a block is shorter. Its padding shows what it is. */
const LAST_LINE = /^\s{0,80}(?:[A-Za-z\d+/]{2,100}={1,2}|=[A-Za-z\d+/]{4})\s{0,80}$/
const SHORT_LINE = /^\s{0,80}=?[A-Za-z\d+/]{1,100}={0,2}\s{0,80}$/

const isMixed = (word: string): boolean => /[a-z]/.test(word) && /[A-Z]/.test(word) && /\d/.test(word)

/** True if a line is part of the block of a key. @param afterKeyPart the line before it is one */
export function lineIsKeyPart(line: string, afterKeyPart: boolean): boolean {
  if (line.length > 200) return false
  const [, word] = WHOLE_LINE.exec(line) ?? []
  if (word !== undefined && isMixed(word)) return true
  return LAST_LINE.test(line) || (afterKeyPart && SHORT_LINE.test(line))
}

/** A hidden line is also the end of a key: after it, a word or a number is an ordinary line. */
const ORDINARY_LINE = /^\s*(?:[A-Z]?[a-z]+|[A-Z]+|\d+)\s*$/

/** True if the first line of a page can be the last one of a key, whose other lines the page before it has. */
export const canContinueKey = (line: string): boolean => SHORT_LINE.test(line) && !ORDINARY_LINE.test(line)

/** True if the lines of a page begin within a key: the page contains its end and all before it can belong to it. */
export function startsInsideKey(page: readonly string[]): boolean {
  const end = page.findIndex((line) => !BLOCK_LINE.test(line))
  return end >= 0 && page[end]!.search(END) >= 0 && !BEGIN.test(page[end]!.slice(0, page[end]!.search(END)))
}

/** Hides the lines before the end of a key whose beginning is not in the text. Each line is read once. */
export function hideKeyEnds(text: string): string {
  if (!text.includes('-----END ')) return text
  let [hidden, kept] = ['', 0]
  for (const { 0: match, index } of text.matchAll(END)) {
    const before = text.slice(kept, index)
    if (BEGIN.test(before)) {
      hidden += before + match
    } else {
      const lines = before.split('\n')
      let first = lines.length
      while (first > 0 && BLOCK_LINE.test(lines[first - 1]!)) first--
      // The last part is what precedes the end in its own line.
      const isHidden = first < lines.length - 1
      hidden += isHidden ? [...lines.slice(0, first), MASK].join('\n') : before + match
    }
    kept = index + match.length
  }
  return hidden + text.slice(kept)
}
