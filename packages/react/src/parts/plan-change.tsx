import type { ReactNode } from 'react'
import { usePlanChange, type PlanChangeInput, type PlanChangeMutation } from '../hooks/account.js'
import { usePlans } from '../hooks/plans.js'
import { Outcome } from './denial.js'
import { Dialog, Failure, usePart, type Part, type PartProps } from './part.js'
import { ConfirmButtons, confirmText, Done, PlanChangeTerms } from './terms.js'

/** Properties of `PlanChangeDialog`. */
export interface PlanChangeDialogProps extends PartProps {
  /** Change to confirm. Null: the dialog is closed. */
  readonly change: PlanChangeInput | null
  /** Name of the plan. Default: that of the catalog. */
  readonly planName?: string | undefined
  readonly accountId?: string | undefined
  readonly onClose: () => void
}

/** Shows what a change of the plan costs and when it applies, and changes the plan after a confirmation. */
export function PlanChangeDialog({ change, ...props }: PlanChangeDialogProps): ReactNode {
  return change ? <OpenDialog {...props} input={change} /> : null
}

function OpenDialog(props: Omit<PlanChangeDialogProps, 'change'> & { readonly input: PlanChangeInput }): ReactNode {
  const part = usePart(props)
  const { input, accountId, onClose } = props
  const { data: plans } = usePlans({ accountId })
  const planName = props.planName ?? plans?.find(({ code }) => code === input.plan)?.name ?? ''
  return (
    <Dialog part={part} open title={part.labels.changeTitle(planName)} onClose={onClose}>
      <OwnPlanChange
        {...{ part, input, accountId, onClose }}
        done={(date) => part.labels.planChanged(planName, date)}
      />
    </Dialog>
  )
}

/** A new dialog has no outcome. */
export function OwnPlanChange(props: Omit<PlanChangeProps, 'change'>): ReactNode {
  return <PlanChange {...props} change={usePlanChange(props.accountId)} />
}

interface PlanChangeProps {
  readonly part: Part
  readonly change: PlanChangeMutation
  readonly input: PlanChangeInput
  /** Sentence about the accepted change. Null: it applies now. */
  readonly done: (date: string | null) => string
  readonly accountId: string | undefined
  readonly onClose: () => void
}

/** Terms, confirmation and outcome of a change. */
export function PlanChange({ part, change, input, done, accountId, onClose }: PlanChangeProps): ReactNode {
  if (change.data) {
    const { effectiveAt } = change.data
    return <Done part={part} text={done(effectiveAt && part.date(effectiveAt))} onClose={onClose} />
  }
  return (
    <PlanChangeTerms part={part} input={input} accountId={accountId}>
      {(preview, denial) => (
        <>
          <Outcome part={part} denial={change.denial ?? denial} accountId={accountId} />
          <Failure part={part} error={change.error} />
          <ConfirmButtons
            part={part}
            label={confirmText(part, preview)}
            isBusy={change.isPending}
            onConfirm={preview && (() => change.mutate(input))}
            onCancel={onClose}
          />
        </>
      )}
    </PlanChangeTerms>
  )
}
