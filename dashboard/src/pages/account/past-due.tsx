import { Alert, Button, Group, Text } from '@mantine/core'
import { useEffect } from 'react'
import { OpenBillingPortal, type AccountData } from '@stackgate/client/documents'
import { useAction } from '../../session/use-action.js'
import { OutcomeText } from '../../ui/dialogs.js'
import { date, money } from '../../ui/format.js'
import { words } from '../../words/en.js'
import { isUnpaid } from '../billing/is-unpaid.js'
import { useOldestUnpaid } from '../billing/use-unpaid-invoice.js'

const texts = words.pastDue

interface PastDueProps {
  readonly account: NonNullable<AccountData['account']>
  /** Called when the height of the notice is known. */
  readonly onShown: () => void
}

/** Says above every page of an account that its payment failed or is awaited, when access ends, and how to pay. */
export function PastDue({ account, onShown }: PastDueProps) {
  const subscription = account.billing?.subscription
  const { unpaid, isPending } = useOldestUnpaid(account.id, isUnpaid(subscription))
  const portal = useAction(OpenBillingPortal, (result) => {
    location.assign(result.url!)
  })
  useEffect(() => {
    if (!isPending) onShown()
  }, [isPending, onShown])
  if (!subscription || !isUnpaid(subscription) || isPending) return null
  const { status, plan, graceEndsAt } = subscription
  const isAwaited = status === 'INCOMPLETE'
  const end = graceEndsAt && (account.plan.plan.id === plan.id ? texts.ends : texts.ended)(date(graceEndsAt))
  const amount = unpaid ? money(unpaid.amountDue) : null
  const color = isAwaited ? 'blue' : 'red'
  return (
    <Alert className="notice-above" color={color} role={isAwaited ? 'status' : 'alert'} p="sm">
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={500}>
          {isAwaited
            ? texts.awaited(plan.name, amount)
            : amount
              ? texts.overdue(amount, plan.name)
              : texts.failed(plan.name)}{' '}
          {isAwaited ? unpaid?.dueAt && texts.until(date(unpaid.dueAt)) : end}
        </Text>
        <Group gap="xs">
          {unpaid?.paymentUrl && (
            <Button component="a" href={unpaid.paymentUrl} size="xs" color={color}>
              {texts.pay(money(unpaid.amountDue))}
            </Button>
          )}
          {!isAwaited && account.billing?.portalAvailable && account.viewerCan.includes('BILLING_MANAGE') && (
            <Button
              size="xs"
              variant="default"
              loading={portal.isPending}
              onClick={() => portal.run({ accountId: account.id, returnUrl: location.href })}
            >
              {texts.changeCard}
            </Button>
          )}
        </Group>
      </Group>
      <OutcomeText outcome={portal} account={account.id} />
    </Alert>
  )
}
