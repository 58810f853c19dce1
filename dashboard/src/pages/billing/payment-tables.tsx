import { Anchor, Button, Group, Text } from '@mantine/core'
import { Suspense, useState } from 'react'
import { Invoices, Purchases } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { Empty } from '../../ui/empty.js'
import { date, label, money } from '../../ui/format.js'
import { Panel } from '../../ui/panel.js'
import { purchaseTitle } from '../../ui/purchase-title.js'
import { ScrollTable } from '../../ui/scroll-table.js'
import { StateBadge } from '../../ui/state-badge.js'
import { words } from '../../words/en.js'
import { calendarWords } from '../../words/en/calendar.js'
import { discountWords } from '../../words/en/discounts.js'
import { lazyPart } from '../../session/load-part.js'
import { INVOICES } from './use-unpaid-invoice.js'

const InvoiceSteps = lazyPart(() => import('./invoice-steps.js'), 'InvoiceSteps')

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
export const colorOf = (state: string): string => STATE_COLORS[state] ?? 'gray'

/** Invoices with their documents, and the page on which an unpaid one is paid. */
export function InvoiceTable({ account }: { readonly account: string }) {
  const [first, setFirst] = useState(INVOICES)
  const invoices = useOperation(Invoices, { account, first }, { keepsPrevious: true })
  const [opened, setOpened] = useState<{ id: string; number: string } | null>(null)
  const { columns } = words.billing
  return (
    <Panel title={words.billing.invoices} query={invoices}>
      {({ account: found }) =>
        found?.billing?.invoices?.nodes.length ? (
          <>
            <ScrollTable
              name={words.billing.invoices}
              columns={[columns.number, columns.date, columns.state, columns.amount, columns.document]}
              numbers={[columns.amount]}
            >
              {found.billing?.invoices.nodes.map(
                ({ id, number, createdAt, status, total, discount, paymentUrl, url, pdfUrl }) => (
                  <tr key={id}>
                    <td>{number ?? id.slice(-6)}</td>
                    <td>{date(createdAt)}</td>
                    <td>
                      <StateBadge color={colorOf(status)}>{label(status)}</StateBadge>
                    </td>
                    <td data-number>
                      {money(total)}
                      {discount && (
                        <Text size="xs" c="dimmed">
                          {discountWords.contained(money(discount))}
                        </Text>
                      )}
                    </td>
                    <td>
                      <Group gap="xs">
                        {paymentUrl && <Anchor href={paymentUrl}>{words.billing.pay}</Anchor>}
                        {url && <Anchor href={url}>{words.billing.page}</Anchor>}
                        {pdfUrl && <Anchor href={pdfUrl}>{words.billing.pdf}</Anchor>}
                        <Button
                          size="compact-sm"
                          variant="default"
                          aria-haspopup="dialog"
                          aria-label={calendarWords.stepsOf(number ?? id.slice(-6))}
                          onClick={() => setOpened({ id, number: number ?? id.slice(-6) })}
                        >
                          {calendarWords.steps}
                        </Button>
                      </Group>
                    </td>
                  </tr>
                ),
              )}
            </ScrollTable>
            {found.billing?.invoices.pageInfo.hasNextPage && <Older onClick={() => setFirst(first + INVOICES)} />}
            {opened && (
              <Suspense fallback={null}>
                <InvoiceSteps invoice={opened} onClose={() => setOpened(null)} />
              </Suspense>
            )}
          </>
        ) : (
          <Empty>{words.billing.noInvoices}</Empty>
        )
      }
    </Panel>
  )
}

/** Payments for single products, with their receipts. */
export function PurchaseTable({ account }: { readonly account: string }) {
  const [first, setFirst] = useState(12)
  const purchases = useOperation(Purchases, { account, first }, { keepsPrevious: true })
  const { columns } = words.billing
  return (
    <Panel title={words.billing.purchases} query={purchases}>
      {({ account: found }) =>
        found?.billing?.purchases?.nodes.length ? (
          <>
            <ScrollTable
              name={words.billing.purchases}
              columns={[columns.product, columns.date, columns.state, columns.amount, columns.document]}
              numbers={[columns.amount]}
            >
              {found.billing?.purchases.nodes.map(
                ({ id, product, forOverage, purchasedAt, status, money: amount, refunded, receiptUrl }) => (
                  <tr key={id}>
                    <td>{purchaseTitle({ product, forOverage })}</td>
                    <td>{date(purchasedAt)}</td>
                    <td>
                      <StateBadge color={colorOf(status)}>{label(status)}</StateBadge>
                    </td>
                    <td data-number>
                      {money(amount)}
                      {refunded && Number(refunded.decimal) > 0 && (
                        <Text size="xs" c="dimmed">
                          {words.billing.refunded(money(refunded))}
                        </Text>
                      )}
                    </td>
                    <td>{receiptUrl && <Anchor href={receiptUrl}>{words.billing.receipt}</Anchor>}</td>
                  </tr>
                ),
              )}
            </ScrollTable>
            {found.billing?.purchases.pageInfo.hasNextPage && <Older onClick={() => setFirst(first + 12)} />}
          </>
        ) : (
          <Empty>{words.billing.noPurchases}</Empty>
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
