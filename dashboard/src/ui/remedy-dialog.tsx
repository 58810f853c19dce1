import { Stack, Text } from '@mantine/core'
import type { Interval } from './format.js'
import { useCancellationPreview, type DenialAction } from '@stackgate/react/hooks'
import { ChangePlanDialog } from './change-plan-dialog.js'
import { words } from '../words/en.js'
import { ConfirmDialog } from './dialogs.js'
import { date, money } from './format.js'
import { PanelContent } from './panel.js'

export interface RemedyDialogProps {
  readonly action: DenialAction
  readonly error: Error | null
  /** Text of the button that opened it, with the price. */
  readonly title: string
  readonly account: string
  readonly onLifted: () => void
  readonly onClose: () => void
}

/** Terms of a remedy that charges or changes the plan, and its confirmation. */
export default function RemedyDialog(props: RemedyDialogProps) {
  const { action, error, title, account, onLifted, onClose } = props
  const { remedy, isPending, run } = action
  const confirmation = {
    title,
    action: words.remedy.confirm,
    keep: words.remedy.keep,
    account,
    outcome: { denial: null, error, isPending },
    onConfirm: run,
    onClose,
  }
  if (remedy.mutation === 'changePlan') {
    const { plan, interval, quantity } = (remedy.input as { readonly input: ChangedPlan }).input
    return (
      <ChangePlanDialog
        account={account}
        plan={{ code: plan, name: plan }}
        interval={interval}
        quantity={quantity}
        title={title}
        onChanged={onLifted}
        onClose={onClose}
      />
    )
  }
  if (remedy.mutation === 'cancelSubscription')
    return <CancelConfirmation {...confirmation} at={(remedy.input as { at: 'NOW' | 'PERIOD_END' }).at} />
  return <ConfirmDialog {...confirmation} text={words.plans.packages.addText(title)} />
}

interface ChangedPlan {
  readonly plan: string
  readonly interval: Interval | null
  readonly quantity: number | null
}

type Confirmation = Omit<Parameters<typeof ConfirmDialog>[0], 'text'>

function CancelConfirmation({ at, ...confirmation }: Confirmation & { readonly at: 'NOW' | 'PERIOD_END' }) {
  const preview = useCancellationPreview({ at }, confirmation.account)
  return (
    <ConfirmDialog {...confirmation} text="" isDisabled={!preview.data}>
      {preview.denial ? (
        <Text role="alert">{preview.denial.message}</Text>
      ) : (
        <PanelContent query={preview} height={50}>
          {(result) => (
            <Stack gap="xs">
              <Text>{words.remedy.endsOn(date(result.effectiveAt))}</Text>
              <Text size="sm">{words.remedy.credit(money(result.credit))}</Text>
            </Stack>
          )}
        </PanelContent>
      )}
    </ConfirmDialog>
  )
}
