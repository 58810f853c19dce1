import type { Metric } from '@stackgate/client'
import { Anchor, Button, Group, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Suspense, useState } from 'react'
import { ConnectVendor, VendorMetrics, VendorOverview, type VendorOverviewData } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { lazyPart } from '../../session/load-part.js'
import { usePageAction } from '../../session/use-page-action.js'
import { DenialAlert } from '../../ui/act-dialog.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { money } from '../../ui/format.js'
import { Monogram } from '../../ui/monogram.js'
import { PageHeading } from '../../ui/page-heading.js'
import { Panel } from '../../ui/panel.js'
import { StateBadge } from '../../ui/state-badge.js'
import { useCursorPages } from '../../ui/use-cursor-pages.js'
import { words } from '../../words/en.js'
import { vendorWords } from '../../words/en/vendor.js'
import { Profile } from './profile.js'
import { NextSteps } from './next-steps.js'
import { VendorTiles } from './vendor-tiles.js'

const NewTemplate = lazyPart(() => import('./new-template.js'), 'NewTemplate')

const texts = vendorWords
export type Vendor = NonNullable<NonNullable<VendorOverviewData['viewer']>['vendor']>
type Row = Vendor['templates']['nodes'][number]

const COLUMNS: readonly Column<Row>[] = [
  {
    name: texts.template,
    by: ({ name, nextVersion }) => nextVersion?.name ?? name,
    to: ({ id }) => `/vendor/templates/${id}`,
    cell: ({ name, nextVersion }) => (
      <Group gap="xs" wrap="nowrap">
        <Monogram name={nextVersion?.name ?? name} isSmall />
        {nextVersion?.name ?? name}
      </Group>
    ),
  },
  { name: texts.state, isState: true, by: ({ status }) => status },
  {
    name: texts.next,
    isState: true,
    by: ({ nextVersion }) => nextVersion?.status,
  },
  {
    name: texts.price,
    isNumber: true,
    by: ({ price }) => price?.money,
    cell: ({ price }) => (price ? money(price.money) : texts.free),
  },
  {
    name: texts.installs,
    place: 'text',
    isNumber: true,
    by: ({ installCount }) => installCount,
  },
  { name: texts.sales, isNumber: true, by: ({ saleCount }) => saleCount },
]

/** Enough for the figures of the tiles in five currencies. */
const SERIES = 10
const FIGURES: readonly Metric[] = ['EARNINGS_SHARE', 'EARNINGS_PAYABLE']

/** The first page of a vendor: the earnings, what to do next, the templates with their states, the profile and the payouts. */
export function VendorTemplates() {
  const pages = useCursorPages(VendorOverview, { first: 50 }, ({ viewer }) => viewer?.vendor?.templates ?? EMPTY)
  const data = pages.query.data
  const vendor = data?.viewer?.vendor ?? null
  const earnings = useOperation(
    VendorMetrics,
    { vendor: vendor?.id ?? '', metrics: FIGURES, first: SERIES },
    { enabled: vendor !== null },
  )
  const [isCreating, setCreating] = useState(false)
  const hasTiles = vendor !== null && !earnings.isPending
  // Tiles are higher where their notes wrap: the buttons below them appear with them.
  const steps = vendor && !hasTiles ? { ...pages.query, data: undefined, isPending: true } : pages.query
  return (
    <Stack className="settling">
      <PageHeading>{texts.title}</PageHeading>
      {(vendor || pages.query.isPending) && (
        <SimpleGrid cols={{ base: 2, md: 4 }}>
          {hasTiles ? (
            <VendorTiles vendor={vendor} series={earnings.data?.vendor?.metrics?.nodes} />
          ) : (
            Array.from({ length: 4 }, (_, tile) => (
              <Skeleton key={tile} height={TILE} radius="md" role="progressbar" aria-label={words.panel.loading} />
            ))
          )}
        </SimpleGrid>
      )}
      <Panel title={texts.nextSteps} query={steps} height={100}>
        {() => <NextSteps vendor={vendor} onCreate={() => setCreating(true)} />}
      </Panel>
      <Stack className="settled">
        <Panel
          title={texts.templates}
          query={pages.query}
          actions={
            <Button size="xs" aria-haspopup="dialog" onClick={() => setCreating(true)}>
              {texts.newTemplate}
            </Button>
          }
        >
          {() => <DataTable isPage name={texts.templates} columns={COLUMNS} pages={pages} empty={texts.noTemplates} />}
        </Panel>
        <SimpleGrid cols={{ base: 1, md: 2 }}>
          <div id="profile">
            <Panel title={texts.profile} query={pages.query}>
              {() => <Profile vendor={vendor} />}
            </Panel>
          </div>
          <div id="payouts">
            <Panel
              title={texts.payouts}
              query={pages.query}
              actions={vendor?.verified && <StateBadge color="green">{texts.verified}</StateBadge>}
            >
              {() => <Payouts vendor={vendor} />}
            </Panel>
          </div>
        </SimpleGrid>
      </Stack>
      <Suspense>{isCreating && <NewTemplate onClose={() => setCreating(false)} />}</Suspense>
    </Stack>
  )
}

/** Height of a tile while it is loading, in pixels. */
const TILE = 158

const EMPTY = { nodes: [] as readonly Row[], pageInfo: { hasNextPage: false, endCursor: null } }

function Payouts({ vendor }: { readonly vendor: Vendor | null }) {
  const isReady = vendor?.payoutsEnabled === true
  const payable = (vendor?.payable ?? []).map(money).join(', ')
  const connect = usePageAction(ConnectVendor, ({ url }) => {
    if (url) location.assign(url)
  })
  return (
    <Stack gap="xs" align="flex-start">
      {payable && (
        <Text fw={500}>
          {texts.payable}: {payable}
        </Text>
      )}
      <Text size="sm">{isReady ? texts.payoutsReady : texts.payoutsMissing}</Text>
      {!isReady && vendor && (
        <Button variant="default" loading={connect.isPending} onClick={() => connect.run({ returnUrl: location.href })}>
          {texts.connect}
        </Button>
      )}
      <DenialAlert action={connect} />
      <Anchor component={Link} to="/vendor/earnings" size="sm">
        {texts.earnings}
      </Anchor>
    </Stack>
  )
}
