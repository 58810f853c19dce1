import type { Denial, StackgateError } from '@stackgate/client'
import { useEffect, useId, useMemo, useRef, type ButtonHTMLAttributes, type ReactNode } from 'react'
import type { Labels } from '../labels.js'
import { useStackgateContext, type DialogFrameProps, type PartComponents } from '../provider.js'

/** Properties that every component has. */
export interface PartProps {
  /** Class names by slot, added to those of the default look: `{ title: 'my-title' }` adds `my-title` to `sg-title`. */
  readonly classNames?: Readonly<Record<string, string>> | undefined
  /** Sentences that replace those of the provider. */
  readonly labels?: Partial<Labels> | undefined
  /** Components that replace those of the provider. */
  readonly components?: PartComponents | undefined
}

/** Means by which components render. */
export interface Part {
  readonly labels: Labels
  /** Class names of a slot. */
  readonly slot: (name: string, more?: string) => string
  readonly components: PartComponents
  readonly number: (value: number) => string
  /** Date of the business clock, which is in UTC. */
  readonly date: (iso: string) => string
  /** Time of the machine clock, in the zone of the reader. */
  readonly time: (value: string | Date) => string
}

/** Sentences, classes and components of a part. */
export function usePart({ classNames, labels: own, components: replaced }: PartProps): Part {
  const { labels, components, locale } = useStackgateContext()
  return useMemo(() => {
    const numbers = new Intl.NumberFormat(locale)
    const dates = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' })
    const times = new Intl.DateTimeFormat(locale, { dateStyle: 'short', timeStyle: 'medium' })
    return {
      // The labels of the provider are complete, so the merged ones are.
      labels: { ...labels, ...own } as Labels,
      components: replaced ? { ...components, ...replaced } : components,
      slot: (name, more) => [`sg-${name}`, more, classNames?.[name]].filter(Boolean).join(' '),
      number: (value) => numbers.format(value),
      date: (iso) => dates.format(new Date(iso)),
      time: (value) => times.format(new Date(value)),
    }
  }, [classNames, own, replaced, labels, components, locale])
}

interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'disabled' | 'part'> {
  readonly part: Part
  readonly isPrimary?: boolean | undefined
  readonly isBusy?: boolean | undefined
  /** Sentence that says why the button does nothing. It stays focusable. */
  readonly reason?: string | null | undefined
}

/** A button that says why it does nothing. */
export function Button({
  part,
  isPrimary,
  isBusy = false,
  reason,
  onClick,
  children,
  ...rest
}: ButtonProps): ReactNode {
  const id = useId()
  const { Button: Own } = part.components
  const props = {
    type: 'button' as const,
    className: part.slot('button', isPrimary ? 'sg-primary' : undefined),
    ...(isBusy ? { 'aria-busy': true } : {}),
    ...(isBusy || reason ? { 'aria-disabled': true } : { onClick }),
    ...(reason ? { 'aria-describedby': id } : {}),
    ...rest,
  }
  return (
    <>
      {Own ? <Own {...props}>{children}</Own> : <button {...props}>{children}</button>}
      {reason ? (
        <span id={id} className={part.slot('reason')}>
          {reason}
        </span>
      ) : null}
    </>
  )
}

/** Placeholder of the height of the content, until the first response. */
export const Loading = ({ part, lines = 3 }: { readonly part: Part; readonly lines?: number }): ReactNode => (
  <div className={part.slot('loading')} role="status" aria-busy="true">
    <span className="sg-hidden">{part.labels.loading}</span>
    {Array.from({ length: lines }, (_, line) => (
      <div key={line} className={part.slot('line')} aria-hidden="true" />
    ))}
  </div>
)

interface FailureProps {
  readonly part: Part
  readonly error: StackgateError | null
  readonly onRetry?: (() => unknown) | undefined
}

/** Hosts of a developer's own machine. */
const LOCAL = /^(?:localhost|127\.0\.0\.1|\[::1\])$/

interface ForDevelopersProps {
  readonly part: Part
  readonly problem: StackgateError | Denial | null
}

/** Tells developers code, field and remedy: in the console, and in the page on their own machine. Other readers are not shown them. */
export function ForDevelopers({ part, problem }: ForDevelopersProps): ReactNode {
  const { code, message, field } = (problem ?? {}) as { code?: string; message?: string; field?: string | null }
  const text = `${code}${field ? ` (${field})` : ''}: ${message}`
  useEffect(() => {
    if (problem) console.warn(`stackgate: ${text}`, problem)
  }, [problem])
  return problem && LOCAL.test(globalThis.location?.hostname) ? (
    <p className={part.slot('detail')}>For developers: {text}</p>
  ) : null
}

/** An error with its request ID and a button that tries again. Its message is for developers. */
export function Failure({ part, error, onRetry }: FailureProps): ReactNode {
  if (!error) return null
  const { labels, slot } = part
  return (
    <div className={slot('error')} role="alert">
      <p>{labels.failures[error.code === 'BAD_RESPONSE' ? 'NETWORK' : error.code] ?? labels.failed}</p>
      {error.requestId ? <p className={slot('detail')}>{labels.requestId(error.requestId)}</p> : null}
      <ForDevelopers part={part} problem={error} />
      {onRetry ? (
        <Button part={part} onClick={() => void onRetry()}>
          {labels.retry}
        </Button>
      ) : null}
    </div>
  )
}

interface DialogProps {
  readonly part: Part
  readonly open: boolean
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
}

/** A modal dialog of the platform: it keeps the focus, returns it, and closes on Escape. */
export function Dialog({ part, open, title, onClose, children }: DialogProps): ReactNode {
  const id = useId()
  if (!open) return null
  const { Dialog: Own = Frame } = part.components
  return (
    <Own className={part.slot('dialog')} headingId={id} onClose={onClose}>
      <header className={part.slot('header')}>
        <h2 id={id} className={part.slot('title')}>
          {title}
        </h2>
        <button type="button" className={part.slot('close')} aria-label={part.labels.close} onClick={onClose}>
          <span aria-hidden="true">×</span>
        </button>
      </header>
      {children}
    </Own>
  )
}

function Frame({ className, headingId, onClose, children }: DialogFrameProps): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const element = dialog.current!
    const before = document.activeElement
    if (!element.open) element.showModal()
    return () => {
      element.close()
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])
  return (
    <dialog
      ref={dialog}
      className={className}
      aria-labelledby={headingId}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
    >
      {children}
    </dialog>
  )
}
