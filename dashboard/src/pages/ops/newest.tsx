import { Anchor, SimpleGrid, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { NewestCustomers } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { date, money } from '../../ui/format.js'
import { Panel } from '../../ui/panel.js'
import { purchaseTitle } from '../../ui/purchase-title.js'
import { everyHalfMinute } from '../../ui/read-again.js'
import { ShortList } from '../../ui/short-list.js'
import { StatusBadge } from '../../ui/status-badge.js'
import { overviewWords as texts } from '../../words/en/overview.js'
import { Health } from './health.js'
import { AccountLink } from './links.js'

const ROWS = 5

/** The newest customers and payments, and below them the health of the server: it appears when their heights are known. */
export function Newest() {
  const newest = useOperation(NewestCustomers, { first: ROWS }, { refetchInterval: everyHalfMinute })
  return (
    <>
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <Panel title={texts.customers} query={newest} height={240} actions={<All to="/ops/accounts" />}>
          {({ subscriptions }) => (
            <ShortList
              name={texts.customers}
              empty={texts.noCustomers}
              items={(subscriptions?.nodes ?? []).map(({ id, account, plan, startedAt, status }) => ({
                id,
                title: <AccountLink account={account} />,
                note: texts.onDate(plan.name, date(startedAt)),
                side: <StatusBadge state={status} />,
              }))}
            />
          )}
        </Panel>
        <Panel title={texts.payments} query={newest} height={240} actions={<All to="/ops/figures?tab=revenue" />}>
          {({ purchases }) => (
            <ShortList
              name={texts.payments}
              empty={texts.noPayments}
              items={(purchases?.nodes ?? []).map((purchase) => ({
                id: purchase.id,
                title: <AccountLink account={purchase.account} />,
                note: texts.onDate(purchaseTitle(purchase), date(purchase.purchasedAt)),
                side: (
                  <Text size="sm" fw={500} className="amount">
                    {money(purchase.money)}
                  </Text>
                ),
              }))}
            />
          )}
        </Panel>
      </SimpleGrid>
      {!newest.isPending && <Health />}
    </>
  )
}

const All = ({ to }: { readonly to: string }) => (
  <Anchor component={Link} to={to} size="sm">
    {texts.all}
  </Anchor>
)
