import { Anchor, Stack, Text } from '@mantine/core'
import { Select } from '../../ui/select.js'
import { Link } from '@tanstack/react-router'
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
import { StatusBadge } from '../../ui/status-badge.js'
import { allAtOnce, useCursorPages } from '../../ui/use-cursor-pages.js'
import { catalogWords } from '../../words/en/catalog.js'
import { operationsWords } from '../../words/en/operations.js'
import { MigrationPreview } from './migration-preview.js'

const texts = catalogWords

/** The catalog against the provider, and migrations of subscribers to the newest version of a plan. */
export function Catalog() {
  return (
    <Stack>
      <PageHeading>{texts.title}</PageHeading>
      <MigrationPreview />
      <MigrationList />
      <Diff />
    </Stack>
  )
}

const MIGRATION_COLUMNS: readonly Column<PlanMigrationFields>[] = [
  {
    name: texts.plan,
    cell: ({ id, plan }) => (
      <Anchor component={Link} to={`/ops/catalog/migrations/${id}`} size="sm">
        {plan.name}
      </Anchor>
    ),
  },
  { name: texts.toVersion, isNumber: true, cell: ({ toVersion }) => count(toVersion.number) },
  { name: texts.state, cell: ({ status }) => <StatusBadge state={status} /> },
  {
    name: texts.progress,
    isNumber: true,
    cell: ({ stepCount, pendingCount }) => texts.of(count(stepCount - pendingCount), count(stepCount)),
  },
  { name: texts.started, isShort: true, cell: ({ createdAt }) => <Moment at={createdAt} isBusiness /> },
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
  { name: texts.kind, cell: ({ kind }) => label(kind) },
  {
    name: texts.what,
    cell: ({ description, key }) => (
      <>
        <Text size="sm">{description}</Text>
        <Text className="mono breaking" c="dimmed">
          {key}
        </Text>
      </>
    ),
  },
  { name: texts.ours, cell: ({ name, price, product }) => (price ? money(price.money) : (name ?? product?.name)) },
  {
    name: texts.theirs,
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
