import { useEffect, useRef, useState, type CSSProperties, type KeyboardEvent } from 'react'
import { VisuallyHidden } from '@mantine/core'

/** A mistake of a text. Lines and columns count from 1. */
export interface TextProblem {
  readonly line: number
  readonly column: number
  readonly path: string
  readonly message: string
}

/** Time without a key until a text is checked. */
const PAUSE_MS = 600

/** A text after a pause of its changes. */
export function usePaused(text: string): string {
  const [paused, setPaused] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setPaused(text), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text])
  return paused
}

interface CodeEditorProps {
  readonly label: string
  /** A place that takes the focus. */
  readonly shown?: Pick<TextProblem, 'line' | 'column'> | null
  readonly value: string
  readonly problems: readonly TextProblem[]
  readonly problemsLabel: string
  /** As `Line 3, column 5`. */
  readonly placeOf: (problem: TextProblem) => string
  readonly onChange: (value: string) => void
  readonly onSave: () => void
}

/** A field for a text of many lines with their numbers. Its mistakes are marked, and lead to their places. */
export function CodeEditor({ label, shown, value, onChange, onSave, ...list }: CodeEditorProps) {
  const { problems } = list
  const field = useRef<HTMLTextAreaElement>(null)
  const gutter = useRef<HTMLPreElement>(null)
  const lines = value.split('\n')
  const wrong = new Set(problems.map(({ line }) => line))
  const saveByKey = (event: KeyboardEvent) => {
    if (event.key !== 's' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    onSave()
  }
  const show = ({ line, column }: Pick<TextProblem, 'line' | 'column'>) => {
    const text = field.current
    if (!text) return
    const start = lines.slice(0, line - 1).reduce((sum, { length }) => sum + length + 1, 0)
    text.focus()
    text.setSelectionRange(start + column - 1, start + (lines[line - 1]?.length ?? 0))
    // Browsers do not scroll to a selection that a script makes.
    text.scrollTop = Math.max(0, (text.scrollHeight / lines.length) * (line - 4))
  }
  useEffect(() => {
    if (shown) show(shown)
    // Only a new place takes the focus, no change of the text.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [shown])
  return (
    <>
      <div className="code-editor" style={{ '--lines': lines.length } as CSSProperties}>
        <pre className="code-lines" ref={gutter} aria-hidden="true">
          {lines.map((_, index) => (
            // A line has no other identity than its number.
            // oxlint-disable-next-line react/no-array-index-key
            <span key={index} data-error={wrong.has(index + 1) || undefined}>
              {index + 1}
            </span>
          ))}
        </pre>
        <textarea
          ref={field}
          aria-label={label}
          aria-invalid={problems.length > 0}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          value={value}
          onKeyDown={saveByKey}
          onChange={(event) => onChange(event.currentTarget.value)}
          onScroll={(event) => {
            if (gutter.current) gutter.current.scrollTop = event.currentTarget.scrollTop
          }}
        />
      </div>
      <ProblemList {...list} onChoose={show} />
    </>
  )
}

interface ProblemListProps extends Pick<CodeEditorProps, 'problems' | 'problemsLabel' | 'placeOf'> {
  readonly onChoose: (problem: TextProblem) => void
}

/** The mistakes of a text, which lead to their places. */
export const ProblemList = ({ problems, problemsLabel, placeOf, onChoose }: ProblemListProps) =>
  problems.length > 0 && (
    <section aria-label={problemsLabel}>
      <ul className="code-problems">
        {problems.map((problem) => (
          <li key={`${problem.line}:${problem.column}:${problem.message}`}>
            <button type="button" onClick={() => onChoose(problem)}>
              <b>{placeOf(problem)}</b> {problem.path && <span className="mono">{problem.path}</span>}
              <VisuallyHidden>: </VisuallyHidden> {problem.message}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
