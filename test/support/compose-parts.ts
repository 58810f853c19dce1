import { readFileSync } from 'node:fs'

/** A row of `docs/facts/compose.md`. */
export interface ComposePart {
  readonly part: string
  /** A compose file with the part. */
  readonly document: string
  readonly loads: boolean
  readonly isAccepted: boolean
}

const ROW = /^\| `([^`]+)` \| (yes|no) \| (yes|no) \|/gm

/** All rows of the page about compose files. */
export const composeParts = (): ComposePart[] =>
  [...readFileSync('docs/facts/compose.md', 'utf8').matchAll(ROW)].map(([, part = '', loads, accepted]) => ({
    part,
    document: `services: { web: { ${part.startsWith('build') ? '' : "image: 'nginx:1.27', "}${part} } }\nnetworks: { n: {} }\n`,
    loads: loads === 'yes',
    isAccepted: accepted === 'yes',
  }))
