import './bulk.css'
import { Alert, Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import type { Denial } from '@stackgate/client'
import {
  createContext,
  use,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
  type ComponentProps,
  type ReactNode,
} from 'react'
import { bulkWords as texts } from '../words/en/bulk.js'
import { ActDialog } from './act-dialog.js'
import type { Column } from './data-table.js'
import { count } from './format.js'
import { toast } from './toast.js'

/** The outcome of an act for one row. */
type RowResult = { readonly ok: boolean; readonly denial?: Denial | null }

/** An act on each of the selected rows. */
export interface BulkAct<Row> {
  readonly label: string
  readonly isDangerous?: boolean
  /** Question before the act. Default: none. */
  readonly question?: (rows: readonly Row[]) => {
    readonly title: string
    readonly effect: string
    /** Default: false. */
    readonly needsReason?: boolean
    readonly fields?: ReactNode
  }
  readonly run: (row: Row, reason: string) => Promise<RowResult>
  /** Reverses the act. The row has the values before it. */
  readonly undo?: (row: Row) => Promise<RowResult>
}

interface SelectionState {
  readonly keys: ReadonlySet<string>
  readonly selectable: readonly string[]
  readonly select: (keys: readonly string[], isSelected: boolean) => void
}

const Selection = createContext<SelectionState | null>(null)

/** A box with space around it for a finger. */
const Box = (props: ComponentProps<'input'>) => (
  <label className="select-target">
    <input type="checkbox" className="select-box" {...props} />
  </label>
)

/** The box of a row. Nothing in a list without such rows. */
export function SelectBox({ id, name }: { readonly id: string; readonly name: string }) {
  const { keys, selectable, select } = use(Selection)!
  if (selectable.length === 0) return null
  if (!selectable.includes(id)) return <span className="select-target" />
  return (
    <Box
      aria-label={texts.select(name)}
      checked={keys.has(id)}
      onChange={(event) => select([id], event.currentTarget.checked)}
    />
  )
}

function SelectAll() {
  const { keys, selectable, select } = use(Selection)!
  if (selectable.length === 0) return null
  const isAll = selectable.every((key) => keys.has(key))
  return (
    <Box
      aria-label={texts.selectAll}
      ref={(box) => {
        if (box) box.indeterminate = !isAll && keys.size > 0
      }}
      checked={isAll}
      onChange={(event) => select(selectable, event.currentTarget.checked)}
    />
  )
}

const idOf = (row: unknown): string => (row as { readonly id: string }).id

/** Columns after one with a box for each row, and in its head one for all rows. */
export const selectableColumns = <Row,>(
  columns: readonly Column<Row>[],
  nameOf: (row: Row) => string,
): readonly Column<Row>[] => [
  { name: texts.bar, isBox: true, head: <SelectAll />, cell: (row) => <SelectBox id={idOf(row)} name={nameOf(row)} /> },
  ...columns,
]

interface BulkProps<Row> {
  /** Rows that are shown. */
  readonly rows: readonly Row[]
  readonly nameOf: (row: Row) => string
  /** Default: every row. */
  readonly isSelectable?: (row: Row) => boolean
  readonly acts: readonly BulkAct<Row>[]
  /** An act that is possible for one row only, with the reason. */
  readonly single?: { readonly label: string; readonly reason: string }
  /** Called after the acts on all rows. */
  readonly onDone?: () => void
  /** The table, with `selectableColumns`, or a list with a `SelectBox` in each row. */
  readonly children: ReactNode
}

interface Failure {
  readonly name: string
  readonly message: string
}

interface Running {
  readonly done: number
  readonly all: number
}

const NO_DENIAL = { denial: null, error: null, isPending: false } as const

const messageOf = async (result: Promise<RowResult>): Promise<string | null> => {
  try {
    const { ok, denial } = await result
    return ok ? null : (denial?.message ?? '')
  } catch (error) {
    return (error as Error).message
  }
}

/**
 * A list whose rows can be selected, and a bar with acts on them. The acts run one after the other. Rows that failed stay selected, and are listed
 * with their reasons.
 */
export function Bulk<Row>({ rows, nameOf, isSelectable, acts, single, onDone, children }: BulkProps<Row>) {
  const queries = useQueryClient()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [openedLabel, setOpened] = useState<string | null>(null)
  // The act of this rendering: what is chosen in its fields changes it.
  const opened = acts.find(({ label }) => label === openedLabel)
  const [running, setRunning] = useState<Running | null>(null)
  const [outcome, setOutcome] = useState<{ readonly title: string; readonly failures: readonly Failure[] } | null>(null)
  const choices = useMemo(() => (isSelectable ? rows.filter(isSelectable) : rows), [rows, isSelectable])
  const selected = choices.filter((row) => chosen.has(idOf(row)))
  const state = useMemo(
    (): SelectionState => ({
      keys: chosen,
      selectable: choices.map(idOf),
      select: (keys, isSelected) =>
        setChosen((before) => {
          const next = new Set(before)
          for (const key of keys)
            if (isSelected) next.add(key)
            else next.delete(key)
          return next
        }),
    }),
    [chosen, choices],
  )

  /** Runs an act on rows, and returns those for which it succeeded. */
  const runOn = async (label: string, on: readonly Row[], act: (row: Row) => Promise<RowResult>) => {
    const done: Row[] = []
    const failures: (Failure & { readonly id: string })[] = []
    setOutcome(null)
    for (const row of on) {
      setRunning({ done: done.length + failures.length, all: on.length })
      const message = await messageOf(act(row))
      if (message === null) done.push(row)
      else failures.push({ id: idOf(row), name: nameOf(row), message })
    }
    setRunning(null)
    setChosen(new Set(failures.map(({ id }) => id)))
    if (failures.length > 0) setOutcome({ title: texts.failed(label, count(failures.length)), failures })
    void queries.invalidateQueries()
    onDone?.()
    return done
  }

  const start = async (act: BulkAct<Row>, reason: string) => {
    setOpened(null)
    const done = await runOn(act.label, selected, (row) => act.run(row, reason))
    const { label, undo } = act
    if (done.length === 0) return
    toast({
      text: texts.done(label, count(done.length)),
      ...(undo && { undo: () => void runOn(label, done, undo) }),
    })
  }
  const reasonId = useId()
  const box = useRef<HTMLDivElement>(null)
  const isRunning = running !== null
  const [hasRun, setHasRun] = useState(false)
  if (isRunning && !hasRun) setHasRun(true)
  // The button that began the acts is gone.
  useEffect(() => {
    if (hasRun && !isRunning) box.current?.querySelector<HTMLElement>('input.select-box')?.focus()
  }, [hasRun, isRunning])
  const question = opened?.question?.(selected)
  return (
    <Selection value={state}>
      <div ref={box}>{children}</div>
      {outcome && (
        <Alert color="orange" role="alert" title={outcome.title} mt="sm">
          <ul className="short-list">
            {outcome.failures.map(({ name, message }) => (
              <li key={name}>
                {name}: {message}
              </li>
            ))}
          </ul>
        </Alert>
      )}
      {(selected.length > 0 || isRunning) && (
        <div className="bulk-bar" role="group" aria-label={texts.bar}>
          <span role="status">
            {running
              ? texts.progress(count(running.done + 1), count(running.all))
              : texts.selected(count(selected.length))}
          </span>
          {acts.map((act) => (
            <Button
              key={act.label}
              size="compact-sm"
              variant={act.isDangerous ? 'subtle' : 'default'}
              color={act.isDangerous ? 'red' : undefined}
              disabled={isRunning}
              aria-haspopup={act.question ? 'dialog' : undefined}
              onClick={() => (act.question ? setOpened(act.label) : void start(act, ''))}
            >
              {act.label}
            </Button>
          ))}
          {single && (
            <Button size="compact-sm" variant="default" disabled aria-describedby={reasonId}>
              {single.label}
            </Button>
          )}
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            disabled={isRunning}
            onClick={() => setChosen(new Set())}
          >
            {texts.clear}
          </Button>
          {single && (
            <span className="bulk-reason" id={reasonId}>
              {single.reason}
            </span>
          )}
        </div>
      )}
      {opened && question && (
        <ActDialog
          title={question.title}
          effect={question.effect}
          confirm={opened.label}
          isDangerous={opened.isDangerous ?? false}
          needsReason={question.needsReason ?? false}
          action={NO_DENIAL}
          onConfirm={(reason) => void start(opened, reason)}
          onClose={() => setOpened(null)}
        >
          {question.fields}
        </ActDialog>
      )}
    </Selection>
  )
}
