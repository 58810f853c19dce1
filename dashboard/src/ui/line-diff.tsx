import './line-diff.css'
import { diffLines } from 'diff'
import { useMemo } from 'react'
import { VisuallyHidden } from '@mantine/core'
import { words } from '../words/en.js'

/** Unchanged lines that are shown before and after a change. */
const CONTEXT = 3

interface Part {
  readonly kind: 'added' | 'removed' | 'same' | 'hidden'
  readonly lines: readonly string[]
}

const linesOf = (text: string): string[] => text.replace(/\n$/, '').split('\n')

/** The changes between two texts, and the lines near them. */
function partsOf(before: string, after: string): readonly Part[] {
  const changes = diffLines(before, after)
  return changes.flatMap(({ value, added, removed }, index): readonly Part[] => {
    const lines = linesOf(value)
    if (added || removed) return [{ kind: added ? 'added' : 'removed', lines }]
    const head = index === 0 ? 0 : CONTEXT
    const tail = index === changes.length - 1 ? 0 : CONTEXT
    if (lines.length <= head + tail + 1) return [{ kind: 'same', lines }]
    const end = lines.length - tail
    return [
      { kind: 'same', lines: lines.slice(0, head) },
      { kind: 'hidden', lines: lines.slice(head, end) },
      { kind: 'same', lines: lines.slice(end) },
    ]
  })
}

interface LineDiffProps {
  /** Name of the text, for screen readers. */
  readonly name: string
  readonly before: string
  readonly after: string
}

/** Two versions of a text: removed and added lines, with the lines near them. */
export default function LineDiff({ name, before, after }: LineDiffProps) {
  const parts = useMemo(() => partsOf(before, after), [before, after])
  return (
    <div className="code-block diff" tabIndex={0} role="region" aria-label={name}>
      {parts.map((part, index) => (
        // Parts have no other identity than their position.
        // oxlint-disable-next-line react/no-array-index-key
        <DiffPart key={index} part={part} />
      ))}
    </div>
  )
}

function DiffPart({ part: { kind, lines } }: { readonly part: Part }) {
  const texts = words.diff
  if (kind === 'hidden') return <div className="diff-hidden">{texts.hidden(lines.length)}</div>
  if (kind === 'same') return <div>{lines.join('\n')}</div>
  const Element = kind === 'added' ? 'ins' : 'del'
  return (
    <Element>
      <VisuallyHidden>{kind === 'added' ? texts.added : texts.removed}</VisuallyHidden>
      {lines.join('\n')}
    </Element>
  )
}
