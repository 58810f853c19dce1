import { useId, useMemo, useState, type FormEvent, type ReactNode } from 'react'
import type { Labels } from '../labels.js'
import type { MutationResult } from '../mutation.js'
import { useStackgateContext } from '../provider.js'
import type { QueryResult } from '../query.js'
import { Outcome } from '../parts/denial.js'
import { Button, Dialog, Failure, Loading, usePart, type Part, type PartProps } from '../parts/part.js'
import { SPENDING_ENGLISH, type SpendingLabels } from './spending-labels.js'

/** Properties of the components of this entry. */
export interface SpendingPartProps extends Omit<PartProps, 'labels'> {
  readonly labels?: Partial<Labels & SpendingLabels> | undefined
  readonly accountId?: string | undefined
}

/** A part with the sentences of this entry. */
export interface SpendingPart extends Part {
  readonly labels: Labels & SpendingLabels
  readonly percents: (values: readonly number[]) => string
}

/** Sentences, classes and components of a part of this entry. */
export function useSpendingPart(props: SpendingPartProps): SpendingPart {
  const part = usePart(props)
  const { locale } = useStackgateContext()
  return useMemo(() => {
    const format = new Intl.NumberFormat(locale, { style: 'percent' })
    return {
      ...part,
      // The labels of the provider and of the component can have sentences of this entry.
      labels: { ...SPENDING_ENGLISH, ...part.labels },
      percents: (values) => values.map((value) => format.format(value / 100)).join(', '),
    }
  }, [part, locale])
}

interface EditableListProps<Item, State> {
  readonly part: SpendingPart
  readonly title: string
  readonly text: string
  readonly none: string
  /** Text of the button that adds one. */
  readonly add: string
  readonly query: QueryResult<State>
  /** Null if the caller may not read them. */
  readonly items: readonly Item[] | null
  readonly mayAdd: boolean
  readonly row: (item: Item, edit: () => void) => ReactNode
  readonly dialog: (edited: Item | null, close: () => void) => ReactNode
}

/** A list in a card with a dialog that adds or changes an item. */
export function EditableList<Item, State>(props: EditableListProps<Item, State>): ReactNode {
  const { part, title, text, none, add, query, items, mayAdd, row, dialog } = props
  const { labels, slot } = part
  const heading = useId()
  /** Null: a new item. Undefined: no dialog. */
  const [edited, setEdited] = useState<Item | null>()
  const { isPending, error, data, refetch } = query
  return (
    <section className={slot('card')} aria-labelledby={heading}>
      <h2 id={heading} className={slot('title')}>
        {title}
      </h2>
      <p className={slot('detail')}>{text}</p>
      {isPending ? <Loading part={part} /> : null}
      <Failure part={part} error={error} onRetry={refetch} />
      {data !== undefined && items === null ? <p>{labels.spendingDenied}</p> : null}
      {items?.length === 0 ? <p>{none}</p> : null}
      {items?.map((item) => row(item, () => setEdited(item)))}
      <div className={slot('actions')}>
        {mayAdd ? (
          <Button part={part} aria-haspopup="dialog" onClick={() => setEdited(null)}>
            {add}
          </Button>
        ) : null}
      </div>
      {edited !== undefined ? dialog(edited, () => setEdited(undefined)) : null}
    </section>
  )
}

interface FormDialogProps {
  readonly part: SpendingPart
  readonly title: string
  readonly submit: string
  /** True if the terms cannot be sent yet. */
  readonly isBlocked?: boolean
  readonly mutation: Pick<MutationResult<never, unknown>, 'denial' | 'error' | 'isPending'>
  readonly accountId: string | undefined
  readonly onSubmit: () => void
  readonly onClose: () => void
  readonly children: ReactNode
}

/** A form in a dialog, with the outcome of its mutation. */
export function FormDialog(props: FormDialogProps): ReactNode {
  const { part, title, submit, isBlocked, mutation, accountId, onSubmit, onClose, children } = props
  const { denial, error, isPending } = mutation
  const send = (event: FormEvent): void => {
    event.preventDefault()
    if (!isBlocked) onSubmit()
  }
  return (
    <Dialog part={part} open title={title} onClose={onClose}>
      <form onSubmit={send}>
        {children}
        <Outcome part={part} denial={denial} accountId={accountId} />
        <Failure part={part} error={error} onRetry={isBlocked ? undefined : onSubmit} />
        <div className={part.slot('actions')}>
          <Button
            part={part}
            type="submit"
            isPrimary
            isBusy={isPending}
            {...(isBlocked ? { 'aria-disabled': true } : {})}
          >
            {submit}
          </Button>
          <Button part={part} onClick={onClose}>
            {part.labels.close}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

interface RemoveButtonProps<Input> {
  readonly part: SpendingPart
  /** Name of the button, which is also the title of the dialog. */
  readonly name: string
  readonly text: string
  readonly input: Input
  readonly mutation: MutationResult<Input, unknown>
  readonly accountId: string | undefined
}

/** A button that removes an item after a confirmation. */
export function RemoveButton<Input>(props: RemoveButtonProps<Input>): ReactNode {
  const { part, name, text, input, mutation, accountId } = props
  const { labels, slot } = part
  const [isOpen, setOpen] = useState(false)
  const close = (): void => {
    mutation.reset()
    setOpen(false)
  }
  const remove = (): void => void mutation.mutateAsync(input).then(close, () => undefined)
  return (
    <>
      <Button part={part} aria-haspopup="dialog" aria-label={name} onClick={() => setOpen(true)}>
        {labels.remove}
      </Button>
      <Dialog part={part} open={isOpen} title={name} onClose={close}>
        <p className={slot('message')}>{text}</p>
        <Outcome part={part} denial={mutation.denial} accountId={accountId} />
        <Failure part={part} error={mutation.error} onRetry={remove} />
        <div className={slot('actions')}>
          <Button part={part} isPrimary isBusy={mutation.isPending} onClick={remove}>
            {labels.remove}
          </Button>
          <Button part={part} onClick={close}>
            {labels.keep}
          </Button>
        </div>
      </Dialog>
    </>
  )
}

interface FieldProps {
  readonly part: SpendingPart
  readonly label: string
  readonly hint?: string | undefined
  /** Sentence about an invalid value. Null: it is valid. */
  readonly error?: string | null
  readonly value: string
  readonly onChange: (value: string) => void
  /** Smallest number and its step. Absent for text. */
  readonly min?: number
  readonly step?: string
}

/** A labeled field for a number, or for text without `min`. */
export function Field({ part, label, hint, error = null, value, onChange, min, step }: FieldProps): ReactNode {
  const id = useId()
  const isNumber = min !== undefined
  const text = error ?? hint
  return (
    <>
      <label className={part.slot('field')}>
        {label}
        <input
          type={isNumber ? 'number' : 'text'}
          {...(isNumber ? { min, step: step ?? '1', required: true } : {})}
          {...(text ? { 'aria-describedby': id } : {})}
          {...(error === null ? {} : { 'aria-invalid': true })}
          value={value}
          onChange={({ target }) => onChange(target.value)}
        />
      </label>
      {text ? (
        <p id={id} className={part.slot(error === null ? 'detail' : 'warning')}>
          {text}
        </p>
      ) : null}
    </>
  )
}

interface ChoiceProps<Value extends string> {
  readonly part: SpendingPart
  readonly label: string
  readonly value: Value
  readonly choices: readonly (readonly [value: Value, text: string])[]
  readonly onChange: (value: Value) => void
}

/** A labeled choice. Absent if there is only one. */
export function Choice<Value extends string>({ part, label, value, choices, onChange }: ChoiceProps<Value>): ReactNode {
  if (choices.length < 2) return null
  return (
    <label className={part.slot('field')}>
      {label}
      <select value={value} onChange={({ target }) => onChange(target.value as Value)}>
        {choices.map(([each, text]) => (
          <option key={each} value={each}>
            {text}
          </option>
        ))}
      </select>
    </label>
  )
}
