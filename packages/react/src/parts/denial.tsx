import type { Denial } from '@stackgate/client'
import { useState, type ReactNode } from 'react'
import type { CancelInput, PlanChangeInput } from '../hooks/account.js'
import type { CheckoutMutation } from '../hooks/checkout.js'
import {
  useDenial,
  type DenialAction,
  type DenialOptions,
  type DenialOutcome,
  type DenialView,
} from '../hooks/denial.js'
import type { OptionalGateDialogProps } from '../hooks/gate.js'
import { useStackgateContext } from '../provider.js'
import { Button, Dialog, Failure, ForDevelopers, usePart, type Part, type PartProps } from './part.js'
import { CancellationTerms, ConfirmButtons, confirmText, PlanChangeTerms } from './terms.js'

interface DenialBodyProps {
  readonly part: Part
  readonly view: DenialView
  readonly isRetrying?: boolean | undefined
}

/** Sentence, buttons and outcome of a denial. */
export function DenialBody({ part, view, isRetrying = false }: DenialBodyProps): ReactNode {
  const { slot } = part
  const { denial, message, actions, hints, outcome, error } = view
  const [chosen, setChosen] = useState<{ readonly denial: Denial; readonly key: string }>()
  const confirmed = chosen?.denial === denial ? actions.find(({ key }) => key === chosen.key) : undefined
  if (confirmed && outcome.status === 'idle')
    return (
      <>
        <Confirmation part={part} view={view} action={confirmed} onCancel={() => setChosen(undefined)} />
        <Failure part={part} error={error} />
      </>
    )
  return (
    <>
      <p className={slot('message')}>{message}</p>
      <div className={slot('actions')}>
        {actions.map((action) => (
          <Button
            key={action.key}
            part={part}
            isPrimary={action.isPrimary}
            isBusy={action.isPending}
            onClick={action.needsConfirmation ? () => setChosen({ denial, key: action.key }) : action.run}
          >
            {buttonText(action)}
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
      <ForDevelopers part={part} problem={denial} />
      <Failure part={part} error={error} />
    </>
  )
}

/** The server mostly names the price in the label. */
const buttonText = ({ label, price }: DenialAction): string =>
  price && !label.includes(price) ? `${label} · ${price}` : label

interface ConfirmationProps {
  readonly part: Part
  readonly view: DenialView
  readonly action: DenialAction
  readonly onCancel: () => void
}

/** Terms of a remedy that charges or changes the plan, and its confirmation. */
function Confirmation({ part, view, action, onCancel }: ConfirmationProps): ReactNode {
  const { labels, slot } = part
  const { mutation, input } = action.remedy
  const { accountId } = view
  const body = (isKnown: boolean, denial: Denial | null, label = labels.confirm): ReactNode => (
    <>
      {denial ? <p role="alert">{denial.message}</p> : null}
      <ConfirmButtons
        part={part}
        label={label}
        isBusy={action.isPending}
        onConfirm={isKnown ? action.run : undefined}
        onCancel={onCancel}
      />
    </>
  )
  return (
    <section aria-label={action.label}>
      <p className={slot('message')}>{buttonText(action)}</p>
      {mutation === 'changePlan' ? (
        <PlanChangeTerms part={part} input={(input as { input: PlanChangeInput }).input} accountId={accountId}>
          {(preview, denial) => body(!!preview, denial, confirmText(part, preview))}
        </PlanChangeTerms>
      ) : mutation === 'cancelSubscription' ? (
        <CancellationTerms part={part} input={input as CancelInput} accountId={accountId}>
          {(preview, denial) => body(!!preview, denial)}
        </CancellationTerms>
      ) : (
        <>
          <p className={slot('detail')}>{labels.chargedNow}</p>
          {body(true, null)}
        </>
      )}
    </section>
  )
}

interface OutcomeProps {
  readonly part: Part
  readonly denial: Denial | null
  readonly accountId: string | undefined
}

/** A denial with its remedies. */
export function Outcome({ part, denial, accountId }: OutcomeProps): ReactNode {
  const view = useDenial(denial, { accountId })
  return view ? (
    <div role="alert">
      <DenialBody part={part} view={view} />
    </div>
  ) : null
}

interface ProgressProps {
  readonly part: Part
  readonly outcome: DenialOutcome
  readonly isRetrying?: boolean | undefined
}

/** Place of a payment: the page is being opened, or open in another tab. */
function Progress({ part, outcome, isRetrying = false }: ProgressProps): ReactNode {
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

interface CheckoutProgressProps {
  readonly part: Part
  readonly checkout: CheckoutMutation
  readonly isRetrying?: boolean | undefined
}

/** Place of a begun payment. */
export function CheckoutProgress({ checkout: { data, blockedUrl }, ...props }: CheckoutProgressProps): ReactNode {
  const { staysOpen } = useStackgateContext()
  return (
    <Progress {...props} outcome={{ status: data ? (staysOpen ? 'waiting' : 'leaving') : 'idle', url: blockedUrl }} />
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
