import type { ReactNode } from 'react'
import { useDenial, type DenialOptions, type DenialOutcome, type DenialView } from '../hooks/denial.js'
import type { OptionalGateDialogProps } from '../hooks/gate.js'
import { Button, Dialog, Failure, usePart, type Part, type PartProps } from './part.js'

interface DenialBodyProps {
  readonly part: Part
  readonly view: DenialView
  readonly isRetrying?: boolean | undefined
}

/** Sentence, buttons and outcome of a denial. */
export function DenialBody({ part, view, isRetrying = false }: DenialBodyProps): ReactNode {
  const { slot } = part
  const { message, actions, hints, outcome, error } = view
  return (
    <>
      <p className={slot('message')}>{message}</p>
      <div className={slot('actions')}>
        {actions.map(({ key, label, price, isPrimary, isPending, run }) => (
          <Button key={key} part={part} isPrimary={isPrimary} isBusy={isPending} onClick={run}>
            {/* The server mostly names the price in the label. */}
            {price && !label.includes(price) ? `${label} · ${price}` : label}
          </Button>
        ))}
        {hints.map(({ label, url }) =>
          url ? (
            <a key={label} className={slot('link')} href={url}>
              {label}
            </a>
          ) : (
            <span key={label} className={slot('detail')}>
              {label}
            </span>
          ),
        )}
      </div>
      <Progress part={part} outcome={outcome} isRetrying={isRetrying} />
      <Failure part={part} error={error} />
    </>
  )
}

interface ProgressProps {
  readonly part: Part
  readonly outcome: DenialOutcome
  readonly isRetrying?: boolean | undefined
}

/** Place of a payment: the page is being opened, or open in another tab. */
export function Progress({ part, outcome, isRetrying = false }: ProgressProps): ReactNode {
  const { labels, slot } = part
  const { status, url } = outcome
  return (
    <div className={slot('progress')} aria-live="polite">
      {isRetrying ? <p>{labels.retrying}</p> : null}
      {status === 'leaving' ? <p>{labels.leaving}</p> : null}
      {status === 'waiting' && !url ? <p>{labels.waitingForPayment}</p> : null}
      {url ? (
        <a className={slot('link')} href={url} target="_blank" rel="noopener">
          {labels.continuePayment}
        </a>
      ) : null}
    </div>
  )
}

/** Properties of `DenialNotice`. */
export interface DenialNoticeProps extends PartProps, DenialOptions {
  /** Denial of GraphQL or REST. */
  readonly denial: unknown
}

/** A denial within a page: title, sentence and remedies as buttons. */
export function DenialNotice({ denial, ...props }: DenialNoticeProps): ReactNode {
  const part = usePart(props)
  const view = useDenial(denial, props)
  if (!view) return null
  return (
    <section className={part.slot('denial')} aria-label={view.title}>
      <p className={part.slot('title')}>{view.title}</p>
      <DenialBody part={part} view={view} />
    </section>
  )
}

/** Properties of `PaywallDialog`. */
export interface PaywallDialogProps extends PartProps, Omit<DenialOptions, 'onOutcome'>, OptionalGateDialogProps {}

/** A denial as a dialog: `<PaywallDialog {...gate.dialogProps} />`. */
export function PaywallDialog({
  denial,
  open = !!denial,
  onClose,
  isRetrying,
  ...props
}: PaywallDialogProps): ReactNode {
  const part = usePart(props)
  const view = useDenial(denial, props)
  return (
    <Dialog part={part} open={open && view !== null} title={view?.title ?? ''} onClose={() => onClose?.()}>
      {view ? <DenialBody part={part} view={view} isRetrying={isRetrying} /> : null}
    </Dialog>
  )
}
