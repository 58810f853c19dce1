import type { Denial } from '@stackgate/client'
import type { ReactNode } from 'react'
import {
  useCancellationPreview,
  usePlanChangePreview,
  type CancelInput,
  type PlanChangeInput,
  type PlanChangePreview,
} from '../hooks/account.js'
import { Button, Failure, Loading, type Part } from './part.js'

interface TermsProps<Input, Preview> {
  readonly part: Part
  readonly input: Input
  readonly accountId: string | undefined
  /** Content after the terms. Receives the preview and the denial; neither is known at first. */
  readonly children: (preview: Preview | undefined, denial: Denial | null) => ReactNode
}

/** Amount due now, lines, time and next payment of a change of the plan. */
export function PlanChangeTerms(props: TermsProps<PlanChangeInput, PlanChangePreview>): ReactNode {
  const { part, input, accountId, children } = props
  const { labels, slot, date } = part
  const { data, denial, error, isPending, refetch } = usePlanChangePreview(input, accountId)
  return (
    <>
      <div aria-live="polite">
        {isPending ? <Loading part={part} /> : null}
        {data ? (
          <>
            <p className={slot('message')}>{labels.dueToday(data.dueNow.formatted)}</p>
            <p className={slot('detail')}>{labels.startsAt(date(data.effectiveAt))}</p>
            <ul className={slot('bullets')}>
              {data.lines.map(({ description, money, discount }) => (
                <li key={description}>
                  {labels.changeLine(description, money.formatted, discount?.formatted ?? null)}
                </li>
              ))}
            </ul>
            {data.beginsPeriod ? <p className={slot('detail')}>{labels.beginsPeriod}</p> : null}
            {data.nextAmount && data.nextDate ? (
              <p className={slot('detail')}>{labels.nextPayment(data.nextAmount.formatted, date(data.nextDate))}</p>
            ) : null}
          </>
        ) : null}
      </div>
      <Failure part={part} error={error} onRetry={refetch} />
      {children(data ?? undefined, denial)}
    </>
  )
}

/** End of a subscription that is canceled, and the credit for its unused time. */
export function CancellationTerms(props: TermsProps<CancelInput, object>): ReactNode {
  const { part, input, accountId, children } = props
  const { labels, slot, date } = part
  const { data, denial, error, isPending, refetch } = useCancellationPreview(input, accountId)
  return (
    <>
      <div aria-live="polite">
        {isPending ? <Loading part={part} /> : null}
        {data ? (
          <>
            <p className={slot('message')}>{labels.endsAt(date(data.effectiveAt))}</p>
            {isZero(data.credit) ? null : <p className={slot('detail')}>{labels.creditNow(data.credit.formatted)}</p>}
          </>
        ) : null}
      </div>
      <Failure part={part} error={error} onRetry={refetch} />
      {children(data ?? undefined, denial)}
    </>
  )
}

const isZero = ({ decimal }: { readonly decimal: string }): boolean => Number(decimal) === 0

/** Text of the button that confirms a change, with the amount that it charges. */
export const confirmText = ({ labels }: Part, preview: PlanChangePreview | undefined): string =>
  preview && !isZero(preview.dueNow) ? labels.confirmPayment(preview.dueNow.formatted) : labels.confirm

interface ConfirmButtonsProps {
  readonly part: Part
  readonly label: string
  readonly isBusy: boolean
  /** Undefined while nothing can be confirmed. */
  readonly onConfirm: (() => void) | undefined
  readonly onCancel: () => void
}

/** Buttons of a confirmation. */
export const ConfirmButtons = ({ part, label, isBusy, onConfirm, onCancel }: ConfirmButtonsProps): ReactNode => (
  <div className={part.slot('actions')}>
    {onConfirm ? (
      <Button part={part} isPrimary isBusy={isBusy} onClick={onConfirm}>
        {label}
      </Button>
    ) : null}
    <Button part={part} onClick={onCancel}>
      {part.labels.notNow}
    </Button>
  </div>
)

interface DoneProps {
  readonly part: Part
  readonly text: string
  readonly onClose: () => void
}

/** States that the act is done, with a button that continues. */
export const Done = ({ part, text, onClose }: DoneProps): ReactNode => (
  <>
    <p role="status" className={part.slot('message')}>
      {text}
    </p>
    <div className={part.slot('actions')}>
      <Button part={part} isPrimary onClick={onClose}>
        {part.labels.continue}
      </Button>
    </div>
  </>
)
