import { Skeleton, Stack, Text } from '@mantine/core'
import { Select } from '../../ui/select.js'
import { Suspense } from 'react'
import {
  CatalogDiff,
  Installation,
  PlanMigrations,
  type CatalogDiffData,
  type PlanMigrationFields,
} from '@stackgate/client/documents'
import { useFilter } from '../../session/use-filter.js'
import { useOperation } from '@stackgate/react/hooks'
import { DataTable, type Column } from '../../ui/data-table.js'
import { count, label, money } from '../../ui/format.js'
import { Moment } from '../../ui/moment.js'
import { PageHeading } from '../../ui/page-heading.js'
import { Panel } from '../../ui/panel.js'
import { Tabs } from '../../ui/tabs.js'
import { allAtOnce, useCursorPages } from '../../ui/use-cursor-pages.js'
import { words } from '../../words/en.js'
import { catalogWords } from '../../words/en/catalog.js'
import { operationsWords } from '../../words/en/operations.js'
import { lazyPart } from '../../session/load-part.js'
import { MigrationPreview } from './migration-preview.js'

const CatalogContent = lazyPart(() => import('./catalog-content.js'), 'CatalogContent')

const texts = catalogWords

const TABS = ['plans', 'packages', 'features', 'editor', 'migrations', 'provider'] as const
type Tab = (typeof TABS)[number]

/** Plans, packages and features of the catalog, migrations to the newest version of a plan, and the differences with the provider. */
export function Catalog() {
  const [chosen, choose] = useFilter('tab')
  const [migrated] = useFilter('plan')
  const tab: Tab = TABS.find((each) => each === chosen) ?? (migrated ? 'migrations' : 'plans')
  return (
    <Stack>
      <PageHeading>{texts.title}</PageHeading>
      <Tabs
        label={texts.tabs.label}
        tabs={TABS.map((value) => ({ value, label: texts.tabs[value] }))}
        value={tab}
        onChange={choose}
      />
      {tab === 'migrations' ? (
        <Stack className="settling">
          <MigrationPreview />
          <div className="settled">
            <MigrationList />
          </div>
        </Stack>
      ) : tab === 'provider' ? (
        <Diff />
      ) : (
        <Suspense fallback={<Skeleton height={320} role="progressbar" aria-label={words.panel.loading} />}>
          <CatalogContent part={tab} />
        </Suspense>
      )}
    </Stack>
  )
}

const MIGRATION_COLUMNS: readonly Column<PlanMigrationFields>[] = [
  {
    name: texts.plan,
    by: ({ plan }) => plan.name,
    to: ({ id }) => `/ops/catalog/migrations/${id}`,
  },
  {
    name: texts.toVersion,
    by: ({ toVersion }) => toVersion.number,
  },
  { name: texts.state, isState: true, by: ({ status }) => status },
  {
    name: texts.progress,
    place: 'side',
    isNumber: true,
    by: ({ stepCount }) => stepCount,
    cell: ({ stepCount, pendingCount }) => texts.of(count(stepCount - pendingCount), count(stepCount)),
  },
  {
    name: texts.started,
    isShort: true,
    by: ({ createdAt }) => createdAt,
    cell: ({ createdAt }) => <Moment at={createdAt} isBusiness />,
  },
]

function MigrationList() {
  const pages = useCursorPages(PlanMigrations, { first: 20 }, ({ planMigrations }) => planMigrations)
  return (
    <Panel title={texts.migrations} query={pages.query}>
      {() => <DataTable name={texts.migrations} columns={MIGRATION_COLUMNS} pages={pages} empty={texts.noMigrations} />}
    </Panel>
  )
}

type Difference = NonNullable<CatalogDiffData['catalogDiff']>[number]

const DIFF_COLUMNS: readonly Column<Difference>[] = [
  { name: texts.kind, by: ({ kind }) => label(kind) },
  {
    name: texts.what,
    place: 'title',
    by: ({ description }) => description,
    cell: ({ description, key }) => (
      <>
        <Text size="sm">{description}</Text>
        <Text className="mono breaking" c="dimmed">
          {key}
        </Text>
      </>
    ),
  },
  {
    name: texts.ours,
    place: 'line',
    by: ({ price }) => price?.money,
    cell: ({ name, price, product }) => (price ? money(price.money) : (name ?? product?.name)),
  },
  {
    name: texts.theirs,
    place: 'line',
    by: ({ providerMoney }) => providerMoney,
    cell: ({ providerName, providerMoney, providerReference }) =>
      providerMoney ? money(providerMoney) : (providerName ?? providerReference),
  },
]

function Diff() {
  const [chosen, choose] = useFilter('provider')
  const installation = useOperation(Installation, {})
  const providers = installation.data?.installation.providers ?? []
  const provider = chosen || providers[0] || 'STRIPE'
  const query = useOperation(CatalogDiff, { provider: provider as never }, { enabled: installation.data !== undefined })
  return (
    <Panel title={texts.diff} query={query}>
      {({ catalogDiff }) => (
        <>
          {providers.length > 1 && (
            <Select
              maw={320}
              label={texts.provider}
              data={providers.map((value) => ({ value, label: operationsWords.providers[value] ?? label(value) }))}
              value={provider}
              onChange={choose}
            />
          )}
          <DataTable
            name={texts.diff}
            columns={DIFF_COLUMNS}
            pages={allAtOnce(query, catalogDiff ?? [])}
            empty={texts.same}
            keyOf={({ kind, key }) => kind + key}
          />
        </>
      )}
    </Panel>
  )
}
