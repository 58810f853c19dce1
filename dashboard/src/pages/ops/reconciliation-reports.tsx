import { Button, List, Text } from '@mantine/core'
import { ReconciliationReports as Reports, type ReconciliationReportsData } from '@stackgate/client/documents'
import { DataTable, type Column } from '../../ui/data-table.js'
import { count, date, label } from '../../ui/format.js'
import { Section } from '../../ui/panel.js'
import { saveJson } from '../../ui/save-file.js'
import { StateBadge } from '../../ui/state-badge.js'
import { useCursorPages } from '../../ui/use-cursor-pages.js'
import { reconciliationWords } from '../../words/en/reconciliation.js'

const texts = reconciliationWords.reports
type Report = NonNullable<ReconciliationReportsData['reconciliationReports']>['nodes'][number]
type Accepted = Report['acceptedDifferences'][number]

const COLUMNS: readonly Column<Report>[] = [
  {
    name: texts.day,
    place: 'title',
    isShort: true,
    by: ({ day }) => day,
    cell: ({ day }) => <time dateTime={day}>{date(day)}</time>,
  },
  { name: texts.runs, isNumber: true, by: ({ runCount }) => runCount },
  {
    name: texts.open,
    isNumber: true,
    by: ({ openCount }) => openCount,
    cell: ({ openCount }) => (openCount > 0 ? <StateBadge color="red">{count(openCount)}</StateBadge> : count(0)),
  },
  {
    name: texts.accepted,
    isLong: true,
    cell: ({ acceptedDifferences }) => <AcceptedList list={acceptedDifferences} />,
  },
  {
    name: texts.document,
    isMenu: true,
    cell: ({ day, document }) => (
      <Button
        size="compact-xs"
        variant="default"
        aria-label={texts.downloadOf(date(day))}
        onClick={() => saveJson(document, texts.fileName(day))}
      >
        {texts.download}
      </Button>
    ),
  },
]

const AcceptedList = ({ list }: { readonly list: readonly Accepted[] }) =>
  list.length === 0 ? (
    <>{texts.noneAccepted}</>
  ) : (
    <List size="sm">
      {list.map(({ provider, kind, object, reason, acceptedBy, acceptedUntil }) => (
        <List.Item key={`${provider}${kind}${object}`}>
          {texts.acceptedOne(label(kind), object, acceptedBy.label, reason)}{' '}
          {acceptedUntil && texts.until(date(acceptedUntil))}
        </List.Item>
      ))}
    </List>
  )

/** The signed report of each day, with the differences that were accepted. */
export function ReconciliationReports() {
  const pages = useCursorPages(
    Reports,
    { first: 20 },
    ({ reconciliationReports }) =>
      reconciliationReports && {
        pageInfo: reconciliationReports.pageInfo,
        nodes: reconciliationReports.nodes.map((report) => ({ ...report, id: report.day })),
      },
  )
  return (
    <Section title={texts.title}>
      <Text size="sm">{texts.text}</Text>
      <DataTable name={texts.title} columns={COLUMNS} pages={pages} empty={texts.none} />
    </Section>
  )
}
