import { Anchor, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Metrics, NewestCustomers, OperatorOverview } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { date, money } from '../../ui/format.js'
import { PageHeading } from '../../ui/page-heading.js'
import { Panel } from '../../ui/panel.js'
import { purchaseTitle } from '../../ui/purchase-title.js'
import { everyHalfMinute, ReadAgain } from '../../ui/read-again.js'
import { ShortList } from '../../ui/short-list.js'
import { StatusBadge } from '../../ui/status-badge.js'
import { words } from '../../words/en.js'
import { overviewWords } from '../../words/en/overview.js'
import { AttentionList, attentionOf } from './attention.js'
import { Health } from './health.js'
import { AccountLink } from './links.js'
import { MONEY_METRICS, RevenueChart, RevenueTiles } from './revenue.js'

const texts = overviewWords

/** Height of a tile while it is loading, in pixels. */
const TILE = 174
const ROWS = 5

/** The first page of operators: the revenue and its trend, what needs them, and the newest customers and payments. */
export function Overview() {
  const overview = useOperation(OperatorOverview, {}, { refetchInterval: everyHalfMinute })
  const revenue = useOperation(Metrics, { metrics: MONEY_METRICS, first: 36 }, { refetchInterval: everyHalfMinute })
  const newest = useOperation(NewestCustomers, { first: ROWS }, { refetchInterval: everyHalfMinute })
  return (
    <Stack>
      <PageHeading side={<ReadAgain />}>{texts.title}</PageHeading>
      <SimpleGrid cols={{ base: 2, md: 4 }}>
        {revenue.isPending || overview.isPending ? (
          Array.from({ length: 4 }, (_, tile) => (
            <Skeleton key={tile} height={TILE} radius="md" role="progressbar" aria-label={words.panel.loading} />
          ))
        ) : (
          <RevenueTiles series={revenue.data?.metrics?.nodes} pastDue={overview.data?.subscriptions?.totalCount ?? 0} />
        )}
      </SimpleGrid>
      <div className="columns">
        <Panel title={texts.needed} query={overview} height={264}>
          {(data) => <AttentionList entries={attentionOf(data)} />}
        </Panel>
        <RevenueChart query={revenue} />
      </div>
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
      <Health />
    </Stack>
  )
}

const All = ({ to }: { readonly to: string }) => (
  <Anchor component={Link} to={to} size="sm">
    {texts.all}
  </Anchor>
)
