import { Button, Group, List, Text } from '@mantine/core'
import { useState } from 'react'
import type { UsageDifferenceKind } from '@stackgate/client'
import { UsageDifferences, type UsageDifferencesData } from '@stackgate/client/documents'
import { knownText } from '../../ui/known-text.js'
import { useFilter } from '../../session/use-filter.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { ListBar } from '../../ui/list-bar.js'
import { count, moment, money } from '../../ui/format.js'
import { Moment } from '../../ui/moment.js'
import { Section } from '../../ui/panel.js'
import { useCursorPages } from '../../ui/use-cursor-pages.js'
import { operationsWords } from '../../words/en/operations.js'
import { comparisonWords } from '../../words/en/usage-comparisons.js'
import { KINDS, REREAD_MS } from './comparison-totals.js'
import { AccountLink } from './links.js'

const texts = comparisonWords
const words = comparisonWords.decision
type Difference = NonNullable<UsageDifferencesData['usageComparison']>['differences']['nodes'][number]
type Decision = Difference['ours']

const COLUMNS: readonly Column<Difference>[] = [
  {
    name: texts.use,
    isLong: true,
    by: ({ at }) => at,
    cell: ({ key, at }) => (
      <>
        <Text size="sm">{key}</Text>
        <Text size="xs" c="dimmed">
          <Moment at={at} isBusiness />
        </Text>
      </>
    ),
  },
  {
    name: operationsWords.account,
    by: ({ account }) => account?.name,
    cell: ({ account }) => <AccountLink account={account} />,
  },
  { name: texts.feature, by: ({ feature }) => feature?.code },
  {
    name: texts.kind,
    by: ({ kinds }) => kinds.join(' '),
    cell: ({ kinds }) => (
      <List size="sm" listStyleType="none">
        {kinds.map((kind) => (
          <List.Item key={kind}>{knownText(texts.kindNames, kind) ?? kind}</List.Item>
        ))}
      </List>
    ),
  },
  { name: texts.theirs, isLong: true, cell: (row) => <Side row={row} engine="theirs" /> },
  { name: texts.ours, isLong: true, cell: (row) => <Side row={row} engine="ours" /> },
]

interface ComparisonDifferencesProps {
  readonly id: string
  /** Codes of the compared features. */
  readonly features: readonly string[]
  readonly isRunning: boolean
}

/** Uses on which the engines differ, with both decisions side by side. The filters are in the address. */
export function ComparisonDifferences({ id, features, isRunning }: ComparisonDifferencesProps) {
  const [kind] = useFilter('kind')
  const [feature] = useFilter('feature')
  const [account] = useFilter('account')
  const filter = {
    ...(kind && { kinds: [kind as UsageDifferenceKind] }),
    ...(feature && { feature }),
    ...(account && { accountId: account }),
  }
  return (
    <Section title={texts.differences}>
      <ListBar
        name={texts.differences}
        filters={[
          {
            name: 'kind',
            label: texts.kind,
            data: KINDS.map((value) => ({ value, label: texts.kindNames[value] })),
          },
          { name: 'feature', label: texts.feature, data: features.map((value) => ({ value, label: value })) },
          { name: 'account', label: texts.filterAccount, description: texts.filterAccountHint },
        ]}
      />
      <DifferenceTable key={JSON.stringify(filter)} id={id} filter={filter} isRunning={isRunning} />
    </Section>
  )
}

interface DifferenceTableProps extends Pick<ComparisonDifferencesProps, 'id' | 'isRunning'> {
  readonly filter: object
}

function DifferenceTable({ id, filter, isRunning }: DifferenceTableProps) {
  // New rows would move the older ones under their reader.
  const [readsOlder, setReadsOlder] = useState(false)
  const pages = useCursorPages(
    UsageDifferences,
    { usageComparisonId: id, first: 50, ...filter },
    (data) => data.usageComparison?.differences,
    { enabled: !readsOlder, refetchInterval: () => (isRunning ? REREAD_MS : false) },
  )
  const loadOlder = () => {
    setReadsOlder(true)
    pages.loadOlder()
  }
  const showNewest = () => {
    setReadsOlder(false)
    pages.dropOlder()
    void pages.query.refetch()
  }
  return (
    <>
      {isRunning && readsOlder && (
        <Group role="status">
          <Text size="sm">{texts.olderShown}</Text>
          <Button size="xs" variant="default" onClick={showNewest}>
            {texts.newest}
          </Button>
        </Group>
      )}
      <DataTable
        name={texts.differences}
        columns={COLUMNS}
        pages={{ ...pages, loadOlder }}
        empty={Object.keys(filter).length > 0 ? texts.noneSelected : texts.noDifferences}
      />
    </>
  )
}

interface SideProps {
  readonly row: Difference
  readonly engine: 'theirs' | 'ours'
}

/** One engine's decision. Both engines have the same lines, and those of a difference are bold. */
function Side({ row, engine }: SideProps) {
  const { kinds, theirs, ours, uncoveredUnits } = row
  const { allowed, denialMessage } = row[engine]
  const stated = VALUES.filter(({ valueOf }) => valueOf(theirs) !== null || valueOf(ours) !== null)
  return (
    <List size="sm" listStyleType="none">
      <Line isBold={theirs.allowed !== ours.allowed}>{allowed ? words.allowed : words.denied}</Line>
      {stated.map(({ kind, name, valueOf, missing }) => (
        <Line key={kind} isBold={kinds.includes(kind)}>
          {words.line(name, valueOf(row[engine]) ?? (engine === 'theirs' ? words.notStated : missing))}
        </Line>
      ))}
      {engine === 'ours' && uncoveredUnits > 0 && <Line>{words.line(words.uncovered, count(uncoveredUnits))}</Line>}
      {denialMessage && <Line>{denialMessage}</Line>}
    </List>
  )
}

const Line = ({ isBold = false, children }: { readonly isBold?: boolean; readonly children: string }) => (
  <List.Item>{isBold ? <strong>{children}</strong> : children}</List.Item>
)

interface Value {
  /** Kind of difference that is about it. */
  readonly kind: UsageDifferenceKind
  readonly name: string
  /** Its text. Null if the engine states none. */
  readonly valueOf: (decision: Decision) => string | null
  /** Text if Stackgate has none. */
  readonly missing: string
}

const VALUES: readonly Value[] = [
  {
    kind: 'UNITS',
    name: words.units,
    valueOf: ({ units }) => (units === null ? null : count(units)),
    missing: words.none,
  },
  {
    kind: 'COST',
    name: words.cost,
    valueOf: ({ cost }) => cost && money(cost),
    missing: words.none,
  },
  {
    kind: 'REMAINING',
    name: words.remaining,
    valueOf: ({ remaining }) => (remaining === null ? null : count(remaining)),
    missing: words.unlimited,
  },
  {
    kind: 'RESET',
    name: words.reset,
    valueOf: ({ resetsAt }) => resetsAt && moment(resetsAt),
    missing: words.never,
  },
]
