import type { Denial } from '@stackgate/client'
import type { ReactNode } from 'react'
import {
  useCancellationPreview,
  usePausePreview,
  usePlanChangePreview,
  useResumptionPreview,
  type CancelInput,
  type CancellationPreview,
  type PausePreview,
  type PlanChangeInput,
  type PlanChangePreview,
  type ResumptionPreview,
} from '../hooks/account.js'
import type { QueryResult } from '../query.js'
import { Button, Failure, Loading, type Part } from './part.js'

interface TermsProps<Input, Preview> {
  readonly part: Part
  readonly input: Input
  readonly accountId: string | undefined
  /** Content after the terms. Receives the preview and the denial; neither is known at first. */
  readonly children: (preview: Preview | undefined, denial: Denial | null) => ReactNode
}

interface PreviewTermsProps<Preview> {
  readonly part: Part
  readonly query: QueryResult<Preview | null>
  readonly terms: (preview: Preview) => ReactNode
  readonly children: (preview: Preview | undefined, denial: Denial | null) => ReactNode
}

/** The terms of a preview, once it is read, and what follows them. */
function PreviewTerms<Preview>({ part, query, terms, children }: PreviewTermsProps<Preview>): ReactNode {
  const { data, denial, error, isPending, refetch } = query
  return (
    <>
      <div aria-live="polite">
        {isPending ? <Loading part={part} /> : null}
        {data ? terms(data) : null}
      </div>
      <Failure part={part} error={error} onRetry={refetch} />
      {children(data ?? undefined, denial)}
    </>
  )
}

/** Amount due now, lines, time and next payment of a change of the plan. */
export function PlanChangeTerms(props: TermsProps<PlanChangeInput, PlanChangePreview>): ReactNode {
  const { part, input, accountId, children } = props
  const { labels, slot, date } = part
  const terms = (data: PlanChangePreview): ReactNode => (
    <>
      <p className={slot('message')}>{labels.dueToday(data.dueNow.formatted)}</p>
      <p className={slot('detail')}>{labels.startsAt(date(data.effectiveAt))}</p>
      <ul className={slot('bullets')}>
        {data.lines.map(({ description, money, discount }) => (
          <li key={description}>{labels.changeLine(description, money.formatted, discount?.formatted ?? null)}</li>
        ))}
      </ul>
      {data.beginsPeriod ? <p className={slot('detail')}>{labels.beginsPeriod}</p> : null}
      {data.nextAmount && data.nextDate ? (
        <p className={slot('detail')}>{labels.nextPayment(data.nextAmount.formatted, date(data.nextDate))}</p>
      ) : null}
    </>
  )
  return <PreviewTerms {...{ part, terms, children }} query={usePlanChangePreview(input, accountId)} />
}

type ActTermsProps = Omit<TermsProps<unknown, object>, 'input'>

/** End of a subscription that is canceled, and the credit for its unused time. */
export function CancellationTerms(props: ActTermsProps & { readonly input?: CancelInput }): ReactNode {
  const { part, input = {}, accountId, children } = props
  const { labels, slot, date } = part
  const terms = ({ effectiveAt, credit }: CancellationPreview): ReactNode => (
    <>
      <p className={slot('message')}>{labels.endsAt(date(effectiveAt))}</p>
      {isZero(credit) ? null : <p className={slot('detail')}>{labels.creditNow(credit.formatted)}</p>}
    </>
  )
  return <PreviewTerms {...{ part, terms, children }} query={useCancellationPreview(input, accountId)} />
}

/** Time in which nothing is charged, and whether the plan stays. */
export function PauseTerms({ part, accountId, children }: ActTermsProps): ReactNode {
  const { labels, slot, date } = part
  const terms = ({ paidUntil, resumesAt, keepsAccess }: PausePreview): ReactNode => (
    <p className={slot('message')}>{labels.pauseTerms(date(paidUntil), date(resumesAt), keepsAccess)}</p>
  )
  return <PreviewTerms {...{ part, terms, children }} query={usePausePreview({}, accountId)} />
}

/** Payment at the end of a pause, and the time of the next one. */
export function ResumptionTerms({ part, accountId, children }: ActTermsProps): ReactNode {
  const { labels, slot, date } = part
  const terms = ({ dueNow, nextPaymentAt }: ResumptionPreview): ReactNode => (
    <>
      <p className={slot('message')}>{labels.dueToday(dueNow.formatted)}</p>
      {nextPaymentAt ? <p className={slot('detail')}>{labels.renews(date(nextPaymentAt))}</p> : null}
    </>
  )
  return <PreviewTerms {...{ part, terms, children }} query={useResumptionPreview(accountId)} />
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
