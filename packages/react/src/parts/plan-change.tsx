import type { ReactNode } from 'react'
import { usePlanChange, type PlanChangeInput, type PlanChangeMutation } from '../hooks/account.js'
import { Outcome } from './denial.js'
import { Dialog, Failure, usePart, type Part, type PartProps } from './part.js'
import { ConfirmButtons, confirmText, Done, PlanChangeTerms } from './terms.js'

/** Properties of `PlanChangeDialog`. */
export interface PlanChangeDialogProps extends PartProps {
  /** Change to confirm. Null: the dialog is closed. */
  readonly change: PlanChangeInput | null
  /** Name of the plan. Default: its code. */
  readonly planName?: string | undefined
  readonly accountId?: string | undefined
  readonly onClose: () => void
}

/** Shows what a change of the plan costs and when it applies, and changes the plan after a confirmation. */
export function PlanChangeDialog(props: PlanChangeDialogProps): ReactNode {
  const part = usePart(props)
  const { change: input, planName = input?.plan ?? '', accountId, onClose } = props
  return (
    <Dialog part={part} open={input !== null} title={part.labels.changeTitle(planName)} onClose={onClose}>
      {input ? <OwnPlanChange {...{ part, input, planName, accountId, onClose }} /> : null}
    </Dialog>
  )
}

/** A new dialog has no outcome. */
function OwnPlanChange(props: Omit<PlanChangeProps, 'change'>): ReactNode {
  return <PlanChange {...props} change={usePlanChange(props.accountId)} />
}

interface PlanChangeProps {
  readonly part: Part
  readonly change: PlanChangeMutation
  readonly input: PlanChangeInput
  readonly planName: string
  readonly accountId: string | undefined
  readonly onClose: () => void
}

/** Terms, confirmation and outcome of a change. */
export function PlanChange({ part, change, input, planName, accountId, onClose }: PlanChangeProps): ReactNode {
  const { labels, date } = part
  if (change.data)
    return (
      <Done
        part={part}
        text={labels.planChanged(planName, change.data.effectiveAt && date(change.data.effectiveAt))}
        onClose={onClose}
      />
    )
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
