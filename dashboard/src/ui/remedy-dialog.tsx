import { Stack, Text } from '@mantine/core'
import { isDenial, type BillingInterval, type RemedyStep } from '@stackgate/client'
import { PreviewCancellation } from '@stackgate/client/documents'
import { ChangePlanDialog } from '../pages/plans/change-plan-dialog.js'
import { useOperation } from '@stackgate/react/hooks'
import { words } from '../words/en.js'
import { ConfirmDialog } from './dialogs.js'
import { date, money } from './format.js'
import { PanelContent } from './panel.js'

export interface RemedyDialogProps {
  readonly step: RemedyStep
  /** Text of the button that opened it, with the price. */
  readonly title: string
  readonly account: string
  readonly isPending: boolean
  readonly onConfirm: () => void
  readonly onLifted: () => void
  readonly onClose: () => void
}

/** Terms of a remedy that charges or changes the plan, and its confirmation. */
export default function RemedyDialog(props: RemedyDialogProps) {
  const { step, title, account, isPending, onConfirm, onLifted, onClose } = props
  const confirmation = {
    title,
    action: words.remedy.confirm,
    keep: words.remedy.keep,
    account,
    outcome: { denial: null, error: null, isPending },
    onConfirm,
    onClose,
  }
  if (step.__typename === 'ChangePlanAction') {
    const { plan, interval, quantity } = step as unknown as ChangePlanStep
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
  if (step.__typename === 'CancelSubscriptionAction')
    return <CancelConfirmation {...confirmation} at={step['at'] as 'NOW' | 'PERIOD_END'} />
  return <ConfirmDialog {...confirmation} text={words.plans.packages.addText(title)} />
}

interface ChangePlanStep {
  readonly plan: string
  readonly interval: BillingInterval | null
  readonly quantity: number | null
}

type Confirmation = Omit<Parameters<typeof ConfirmDialog>[0], 'text'>

function CancelConfirmation({ at, ...confirmation }: Confirmation & { readonly at: 'NOW' | 'PERIOD_END' }) {
  const preview = useOperation(PreviewCancellation, { input: { accountId: confirmation.account, at } })
  const found = preview.data?.previewCancellation
  return (
    <ConfirmDialog {...confirmation} text="" isDisabled={found?.__typename !== 'CancellationPreview'}>
      <PanelContent query={preview} height={50}>
        {({ previewCancellation: result }) =>
          result === null ? null : isDenial(result) ? (
            <Text role="alert">{result.message}</Text>
          ) : result.__typename === 'CancellationPreview' ? (
            <Stack gap="xs">
              <Text>{words.remedy.endsOn(date(result.effectiveAt))}</Text>
              <Text size="sm">{words.remedy.credit(money(result.credit))}</Text>
            </Stack>
          ) : null
        }
      </PanelContent>
    </ConfirmDialog>
  )
}
