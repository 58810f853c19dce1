import { Button, Group, List, Stack, Text } from '@mantine/core'
import { CancelSubscription, type SubscriptionData } from '@stackgate/client/documents'
import { useAction } from '../../session/use-action.js'
import { Dialog } from '../../ui/dialog.js'
import { OutcomeText } from '../../ui/dialogs.js'
import { date } from '../../ui/format.js'
import { words } from '../../words/en.js'
import { textsOf, type CardPlan } from '../plans/plan-card.js'

interface CancelDialogProps {
  readonly account: NonNullable<SubscriptionData['account']>
  /** The plan that follows. Default: the dialog does not name it. */
  readonly next?: Pick<CardPlan, 'name' | 'bullets' | 'features'>
  readonly onClose: () => void
}

/** Cancels the subscription at the end of its period. */
export function CancelDialog({ account, next, onClose }: CancelDialogProps) {
  const cancel = useAction(CancelSubscription, onClose)
  const { plan, currentPeriodEnd: end } = account.billing?.subscription ?? {}
  return (
    <Dialog onClose={onClose} title={next ? words.plans.changeTo(next.name) : words.billing.cancelTitle}>
      <Stack>
        {end && <Text>{words.billing.cancelText(date(end), plan!.name)}</Text>}
        {next && (
          <div>
            <Text>{words.billing.follows(next.name)}</Text>
            <List size="sm">
              {textsOf(next).map((text) => (
                <List.Item key={text}>{text}</List.Item>
              ))}
            </List>
          </div>
        )}
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
