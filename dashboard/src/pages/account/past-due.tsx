import { Alert, Button, Group, Text } from '@mantine/core'
import { OpenBillingPortal, type AccountData } from '@stackgate/client/documents'
import { useAction } from '../../session/use-action.js'
import { OutcomeText } from '../../ui/dialogs.js'
import { date, money } from '../../ui/format.js'
import { words } from '../../words/en.js'
import { useUnpaidInvoice } from '../billing/use-unpaid-invoice.js'

const texts = words.pastDue

/** Says on every page of an account that its payment failed, when access ends, and how to pay. */
export function PastDue({ account }: { readonly account: NonNullable<AccountData['account']> }) {
  const subscription = account.billing?.subscription
  const isPastDue = Boolean(subscription?.graceEndsAt)
  const unpaid = useUnpaidInvoice(account.id, isPastDue)
  const portal = useAction(OpenBillingPortal, (result) => {
    location.assign(result.url!)
  })
  if (!subscription?.graceEndsAt) return null
  const { name, id } = subscription.plan
  const end = date(subscription.graceEndsAt)
  const hasEnded = account.plan.plan.id !== id
  return (
    <Alert className="notice" color="red" role="alert" p="sm">
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={500}>
          {unpaid ? texts.overdue(money(unpaid.amountDue), name) : texts.failed(name)}{' '}
          {hasEnded ? texts.ended(end) : texts.ends(end)}
        </Text>
        <Group gap="xs">
          {unpaid?.paymentUrl && (
            <Button component="a" href={unpaid.paymentUrl} size="xs" color="red">
              {texts.pay(money(unpaid.amountDue))}
            </Button>
          )}
          {account.billing?.portalAvailable && account.viewerCan.includes('BILLING_MANAGE') && (
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
