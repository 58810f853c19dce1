import { Button, Group, List, Stack, Text } from '@mantine/core'
import { isDenial, type BillingInterval } from '@stackgate/client'
import { ChangePlan, PreviewPlanChange } from '@stackgate/client/documents'
import { useAction } from '../../session/use-action.js'
import { useOperation } from '../../session/use-operation.js'
import { DenialCard } from '../../ui/denial-card.js'
import { Dialog } from '../../ui/dialog.js'
import { date, money } from '../../ui/format.js'
import { PanelContent } from '../../ui/panel.js'
import { words } from '../../words/en.js'

interface ChangePlanDialogProps {
  readonly account: string
  readonly plan: { readonly code: string; readonly name: string }
  /** Null: unchanged. */
  readonly interval: BillingInterval | null
  /** Null: unchanged. */
  readonly quantity: number | null
  /** The offer that is accepted. Its price, interval and quantity apply. */
  readonly negotiatedPlanId?: string
  readonly onClose: () => void
}

/** Shows what a change of the plan costs, as the provider computes it, before it is confirmed. */
export function ChangePlanDialog({
  account,
  plan,
  interval,
  quantity,
  negotiatedPlanId,
  onClose,
}: ChangePlanDialogProps) {
  const input = {
    plan: plan.code,
    accountId: account,
    ...(interval === null ? {} : { interval }),
    ...(quantity === null ? {} : { quantity }),
    ...(negotiatedPlanId === undefined ? {} : { negotiatedPlanId }),
  }
  const preview = useOperation(PreviewPlanChange, { input })
  const change = useAction(ChangePlan, onClose)
  return (
    <Dialog onClose={onClose} title={words.plans.changeTo(plan.name)}>
      <Stack>
        <PanelContent query={preview} height={90}>
          {({ previewPlanChange: result }) =>
            result === null ? null : isDenial(result) ? (
              <DenialCard denial={result} account={account} onLifted={onClose} />
            ) : result.__typename === 'PlanChangePreview' ? (
              <Stack gap="xs">
                <Text fw={600}>{words.plans.dueNow(money(result.dueNow))}</Text>
                <List size="sm">
                  {result.lines.map(({ description, money: amount }) => (
                    <List.Item key={description}>
                      {description}: {money(amount)}
                    </List.Item>
                  ))}
                </List>
                {result.beginsPeriod && <Text size="sm">{words.plans.beginsPeriod}</Text>}
                {result.nextAmount && result.nextDate && (
                  <Text size="sm">{words.plans.next(money(result.nextAmount), date(result.nextDate))}</Text>
                )}
              </Stack>
            ) : null
          }
        </PanelContent>
        {change.denial && <DenialCard denial={change.denial} account={account} onLifted={onClose} />}
        {change.error && <Text c="red">{change.error.message}</Text>}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {words.plans.cancel}
          </Button>
          <Button loading={change.isPending} disabled={!preview.data} onClick={() => change.run(input)}>
            {words.plans.confirm}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  )
}
