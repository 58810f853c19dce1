import { Button, Group, Stack, Text } from '@mantine/core'
import { CancelSubscription, type SubscriptionData } from '@stackgate/client/documents'
import { useAction } from '../../session/use-action.js'
import { Dialog } from '../../ui/dialog.js'
import { OutcomeText } from '../../ui/dialogs.js'
import { date } from '../../ui/format.js'
import { words } from '../../words/en.js'

interface CancelDialogProps {
  readonly account: NonNullable<SubscriptionData['account']>
  readonly onClose: () => void
}

/** Cancels the subscription at the end of its period. */
export function CancelDialog({ account, onClose }: CancelDialogProps) {
  const cancel = useAction(CancelSubscription, onClose)
  const end = account.billing?.subscription?.currentPeriodEnd
  return (
    <Dialog onClose={onClose} title={words.billing.cancelTitle}>
      <Stack>
        {end && <Text>{words.billing.cancelText(date(end))}</Text>}
        <OutcomeText outcome={cancel} account={account.id} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {words.billing.keep}
          </Button>
          <Button color="red" loading={cancel.isPending} onClick={() => cancel.run({ accountId: account.id })}>
            {words.billing.cancel}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  )
}
