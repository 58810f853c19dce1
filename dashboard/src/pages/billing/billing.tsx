import { Alert, Anchor, Button, Group, SimpleGrid, Stack, Table, Text } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import {
  CancelSubscription,
  Invoices,
  OpenBillingPortal,
  Purchases,
  ResumeSubscription,
  Subscription,
  type SubscriptionData,
} from '@stackgate/client/documents'
import { useAction } from '../../session/use-action.js'
import { useOperation } from '../../session/use-operation.js'
import { DenialCard } from '../../ui/denial-card.js'
import { Dialog } from '../../ui/dialog.js'
import { date, label, money } from '../../ui/format.js'
import { LiveBadge } from '../../ui/live-badge.js'
import { PageHeading } from '../../ui/page-heading.js'
import { Panel } from '../../ui/panel.js'
import { ScrollTable } from '../../ui/scroll-table.js'
import { StateBadge } from '../../ui/shell.js'
import { words } from '../../words/en.js'
import { useAccount } from '../account/account-pages.js'

type BillingAccount = NonNullable<SubscriptionData['account']>

const STATE_COLORS: Readonly<Record<string, string>> = {
  ACTIVE: 'green',
  TRIALING: 'green',
  PAID: 'green',
  SUCCEEDED: 'green',
  OPEN: 'blue',
  PENDING: 'blue',
  PAST_DUE: 'orange',
  UNPAID: 'red',
}
const colorOf = (state: string): string => STATE_COLORS[state] ?? 'gray'

/** The plan, the next invoice, and what was paid. */
export function Billing() {
  const account = useAccount()
  const subscription = useOperation(Subscription, { account })
  return (
    <Stack>
      <PageHeading side={<LiveBadge />}>{words.billing.title}</PageHeading>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Panel title={words.billing.plan} query={subscription}>
          {({ account: found }) => found && <PlanDetails account={found} />}
        </Panel>
        <Panel title={words.billing.next} query={subscription}>
          {({ account: found }) => found && <NextInvoice account={found} />}
        </Panel>
      </SimpleGrid>
      <InvoiceTable account={account} />
      <PurchaseTable account={account} />
    </Stack>
  )
}

function PlanDetails({ account }: { readonly account: BillingAccount }) {
  const navigate = useNavigate()
  const { subscription, billingInfo, plan } = account
  const [isCanceling, setCanceling] = useState(false)
  const resume = useAction(ResumeSubscription)
  const mayManage = account.viewerCan.includes('BILLING_MANAGE')
  return (
    <Stack gap="xs" align="flex-start">
      <Group>
        <Text fw={600}>{plan.planVersion.plan.name}</Text>
        {subscription && <StateBadge color={colorOf(subscription.status)}>{label(subscription.status)}</StateBadge>}
      </Group>
      {!subscription && <Text>{words.billing.none}</Text>}
      {subscription?.cancelAt ? (
        <Text>{words.billing.ends(date(subscription.cancelAt))}</Text>
      ) : subscription?.trialEnd && subscription.status === 'TRIALING' ? (
        <Text>{words.billing.trialEnds(date(subscription.trialEnd))}</Text>
      ) : (
        subscription?.currentPeriodEnd && <Text>{words.billing.renews(date(subscription.currentPeriodEnd))}</Text>
      )}
      {billingInfo?.graceUntil && (
        <Alert color="orange" role="alert">
          {words.billing.pastDue(date(billingInfo.graceUntil))}
        </Alert>
      )}
      <Group gap="xs">
        <Button variant="default" onClick={() => void navigate({ to: `/a/${account.id}/plans` })}>
          {words.billing.seePlans}
        </Button>
        {mayManage && subscription?.cancelAt && (
          <Button loading={resume.isPending} onClick={() => resume.run({ accountId: account.id })}>
            {words.billing.resume}
          </Button>
        )}
        {mayManage && subscription && !subscription.cancelAt && (
          <Button variant="subtle" color="red" onClick={() => setCanceling(true)}>
            {words.billing.cancel}
          </Button>
        )}
      </Group>
      {resume.denial && <DenialCard denial={resume.denial} account={account.id} />}
      {isCanceling && <CancelDialog account={account} onClose={() => setCanceling(false)} />}
    </Stack>
  )
}

function CancelDialog({ account, onClose }: { readonly account: BillingAccount; readonly onClose: () => void }) {
  const cancel = useAction(CancelSubscription, onClose)
  const end = account.subscription?.currentPeriodEnd
  return (
    <Dialog onClose={onClose} title={words.billing.cancelTitle}>
      <Stack>
        {end && <Text>{words.billing.cancelText(date(end))}</Text>}
        {cancel.denial && <DenialCard denial={cancel.denial} account={account.id} />}
        {cancel.error && <Text c="red">{cancel.error.message}</Text>}
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

function NextInvoice({ account }: { readonly account: BillingAccount }) {
  const upcoming = account.subscription?.upcomingInvoice
  const method = account.billingInfo?.paymentMethod
  const portal = useAction(OpenBillingPortal, (result) => {
    if (result.__typename === 'PortalSession') location.assign(result.url)
  })
  return (
    <Stack gap="xs" align="flex-start">
      {upcoming ? (
        <>
          <Text fw={600}>{words.billing.nextOn(money(upcoming.amountDue), date(upcoming.invoicedAt))}</Text>
          {upcoming.lines.map(({ description, money: amount }) => (
            <Text size="sm" key={description}>
              {description}: {money(amount)}
            </Text>
          ))}
        </>
      ) : (
        <Text>{words.billing.noNext}</Text>
      )}
      {method && (
        <Text size="sm">
          {words.billing.paymentMethod}: {method.label}
        </Text>
      )}
      {account.billingInfo?.portalAvailable && (
        <Button
          variant="default"
          loading={portal.isPending}
          onClick={() => portal.run({ accountId: account.id, returnUrl: location.href })}
        >
          {words.billing.portal}
        </Button>
      )}
      {portal.denial && <DenialCard denial={portal.denial} account={account.id} />}
    </Stack>
  )
}

function InvoiceTable({ account }: { readonly account: string }) {
  const [first, setFirst] = useState(12)
  const invoices = useOperation(Invoices, { account, first })
  const { columns } = words.billing
  return (
    <Panel title={words.billing.invoices} query={invoices}>
      {({ account: found }) =>
        found?.invoices?.nodes.length ? (
          <>
            <ScrollTable
              name={words.billing.invoices}
              columns={[columns.number, columns.date, columns.state, columns.amount, columns.document]}
            >
              {found.invoices.nodes.map(({ id, number, createdAt, status, total, payUrl, hostedUrl, pdfUrl }) => (
                <Table.Tr key={id}>
                  <Table.Td>{number ?? id.slice(-6)}</Table.Td>
                  <Table.Td>{date(createdAt)}</Table.Td>
                  <Table.Td>
                    <StateBadge color={colorOf(status)}>{label(status)}</StateBadge>
                  </Table.Td>
                  <Table.Td>{money(total)}</Table.Td>
                  <Table.Td>
                    <Group gap="xs">
                      {payUrl && <Anchor href={payUrl}>{words.billing.pay}</Anchor>}
                      {hostedUrl && <Anchor href={hostedUrl}>{words.billing.page}</Anchor>}
                      {pdfUrl && <Anchor href={pdfUrl}>{words.billing.pdf}</Anchor>}
                    </Group>
                  </Table.Td>
                </Table.Tr>
              ))}
            </ScrollTable>
            {found.invoices.pageInfo.hasNextPage && <Older onClick={() => setFirst(first + 12)} />}
          </>
        ) : (
          <Text>{words.billing.noInvoices}</Text>
        )
      }
    </Panel>
  )
}

function PurchaseTable({ account }: { readonly account: string }) {
  const [first, setFirst] = useState(12)
  const purchases = useOperation(Purchases, { account, first })
  const { columns } = words.billing
  return (
    <Panel title={words.billing.purchases} query={purchases}>
      {({ account: found }) =>
        found?.purchases?.nodes.length ? (
          <>
            <ScrollTable
              name={words.billing.purchases}
              columns={[columns.product, columns.date, columns.state, columns.amount, columns.document]}
            >
              {found.purchases.nodes.map(({ id, product, purchasedAt, status, money: amount, receiptUrl }) => (
                <Table.Tr key={id}>
                  <Table.Td>{product.name}</Table.Td>
                  <Table.Td>{date(purchasedAt)}</Table.Td>
                  <Table.Td>
                    <StateBadge color={colorOf(status)}>{label(status)}</StateBadge>
                  </Table.Td>
                  <Table.Td>{money(amount)}</Table.Td>
                  <Table.Td>{receiptUrl && <Anchor href={receiptUrl}>{words.billing.receipt}</Anchor>}</Table.Td>
                </Table.Tr>
              ))}
            </ScrollTable>
            {found.purchases.pageInfo.hasNextPage && <Older onClick={() => setFirst(first + 12)} />}
          </>
        ) : (
          <Text>{words.billing.noPurchases}</Text>
        )
      }
    </Panel>
  )
}

const Older = ({ onClick }: { readonly onClick: () => void }) => (
  <Group>
    <Button size="xs" variant="default" onClick={onClick}>
      {words.billing.older}
    </Button>
  </Group>
)
