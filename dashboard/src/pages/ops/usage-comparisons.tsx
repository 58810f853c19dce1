import { Button, Stack, Text } from '@mantine/core'
import { Suspense, useState } from 'react'
import { UsageComparisons as UsageComparisonList, type UsageComparisonsData } from '@stackgate/client/documents'
import { DataTable, type Column } from '../../ui/data-table.js'
import { Moment } from '../../ui/moment.js'
import { PageHeading } from '../../ui/page-heading.js'
import { Panel } from '../../ui/panel.js'
import { useCursorPages } from '../../ui/use-cursor-pages.js'
import { comparisonWords } from '../../words/en/usage-comparisons.js'
import { comparisonState, REREAD_MS, usesOf } from './comparison-totals.js'
import { ActorLink } from './links.js'
import { lazyPart } from '../../session/load-part.js'

const StartDialog = lazyPart(() => import('./start-comparison-dialog.js'), 'default')

const texts = comparisonWords
type Row = NonNullable<UsageComparisonsData['usageComparisons']>['nodes'][number]

const COLUMNS: readonly Column<Row>[] = [
  {
    name: texts.name,
    isLong: true,
    by: ({ name }) => name,
    to: ({ id }) => `/ops/usage-comparisons/${id}`,
  },
  {
    name: texts.state,
    isState: true,
    by: ({ endedAt }) => comparisonState(endedAt),
  },
  {
    name: texts.accounts,
    isNumber: true,
    by: ({ accountCount }) => accountCount,
  },
  { name: texts.compared, isNumber: true, by: ({ totals }) => usesOf(totals).compared },
  { name: texts.different, place: 'side', isNumber: true, by: ({ totals }) => usesOf(totals).different },
  {
    name: texts.started,
    isShort: true,
    by: ({ startedAt }) => startedAt,
    cell: ({ startedAt, startedBy }) => (
      <>
        <Text size="sm">
          <Moment at={startedAt} isBusiness />
        </Text>
        <Text size="xs">
          {texts.by} <ActorLink actor={startedBy} />
        </Text>
      </>
    ),
  },
  {
    name: texts.ended,
    by: ({ endedAt }) => endedAt,
    cell: ({ endedAt }) => endedAt && <Moment at={endedAt} isBusiness />,
  },
]

/** Comparisons with another engine, newest first. */
export function UsageComparisons() {
  const [isStarting, setStarting] = useState(false)
  const pages = useCursorPages(UsageComparisonList, { first: 20 }, ({ usageComparisons }) => usageComparisons, {
    refetchInterval: (data) =>
      data?.usageComparisons?.nodes.some(({ endedAt }) => endedAt === null) ? REREAD_MS : false,
  })
  return (
    <Stack>
      <PageHeading>{texts.title}</PageHeading>
      <Text size="sm" c="dimmed">
        {texts.intro}
      </Text>
      <Panel
        title={texts.comparisons}
        query={pages.query}
        actions={
          <Button size="xs" aria-haspopup="dialog" onClick={() => setStarting(true)}>
            {texts.start.open}
          </Button>
        }
      >
        {() => <DataTable isPage name={texts.comparisons} columns={COLUMNS} pages={pages} empty={texts.none} />}
      </Panel>
      <Suspense>{isStarting && <StartDialog onClose={() => setStarting(false)} />}</Suspense>
    </Stack>
  )
}
