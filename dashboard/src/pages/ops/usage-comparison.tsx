import { Alert, Anchor, Button, Group, List, Stack, Text } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import { Suspense, useEffect, useRef, useState } from 'react'
import type { UsageDifferenceKind } from '@stackgate/client'
import {
  UsageComparison as UsageComparisonDocument,
  type UsageComparisonData,
  type UsageComparisonFields,
} from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { DataTable, type Column } from '../../ui/data-table.js'
import { DetailList } from '../../ui/detail-list.js'
import { count } from '../../ui/format.js'
import { Moment } from '../../ui/moment.js'
import { PageHeading } from '../../ui/page-heading.js'
import { Panel } from '../../ui/panel.js'
import { StatusBadge } from '../../ui/status-badge.js'
import { allAtOnce } from '../../ui/use-cursor-pages.js'
import { comparisonWords } from '../../words/en/usage-comparisons.js'
import { ActorLink } from './links.js'
import { comparisonState, differencesOf, KINDS, REREAD_MS, usesOf } from './comparison-totals.js'
import { lazyPart } from '../../session/load-part.js'

const ComparisonDifferences = lazyPart(() => import('./comparison-differences.js'), 'ComparisonDifferences')
const EndDialog = lazyPart(() => import('./end-comparison-dialog.js'), 'default')

const texts = comparisonWords
type Comparison = NonNullable<UsageComparisonData['usageComparison']>
type Total = Comparison['totals'][number]

const TOTAL_COLUMNS: readonly Column<Total>[] = [
  { name: texts.feature, by: ({ feature }) => feature?.code },
  {
    name: texts.compared,
    isNumber: true,
    by: ({ comparedCount }) => comparedCount,
  },
  {
    name: texts.equal,
    isNumber: true,
    by: ({ equalCount }) => equalCount,
  },
  {
    name: texts.uncovered,
    isNumber: true,
    by: ({ uncoveredUnits }) => uncoveredUnits,
  },
  {
    name: texts.byKind,
    cell: (total) => (
      <List size="sm" listStyleType="none">
        {KINDS.filter((kind) => differencesOf(total, kind) > 0).map((kind) => (
          <List.Item key={kind}>{texts.ofKind(count(differencesOf(total, kind)), texts.kindNames[kind])}</List.Item>
        ))}
      </List>
    ),
  },
]

interface KindRow {
  readonly kind: UsageDifferenceKind
  readonly uses: number
}

const KIND_COLUMNS: readonly Column<KindRow>[] = [
  { name: texts.kind, by: ({ kind }) => texts.kindNames[kind] },
  { name: texts.uses, isNumber: true, by: ({ uses }) => uses },
  { name: texts.meaning, cell: ({ kind }) => texts.meanings[kind] },
  { name: texts.cause, cell: ({ kind }) => texts.causes[kind] },
]

/** A comparison: its totals, the kinds of its differences, each difference, and its end. */
export function UsageComparison() {
  const { id = '' } = useParams({ strict: false }) as { id?: string }
  const query = useOperation(
    UsageComparisonDocument,
    { id },
    { refetchInterval: (data) => (data?.usageComparison?.endedAt === null ? REREAD_MS : false) },
  )
  const comparison = query.data?.usageComparison ?? null
  return (
    <Stack>
      <Anchor component={Link} to="/ops/usage-comparisons" size="sm">
        {texts.title}
      </Anchor>
      <PageHeading>{comparison?.name ?? texts.title}</PageHeading>
      <Panel title={texts.progress} query={query}>
        {() => (comparison ? <Progress comparison={comparison} /> : texts.missing)}
      </Panel>
      {comparison && (
        <>
          <Panel title={texts.totals} query={query}>
            {() => (
              <DataTable
                name={texts.totals}
                columns={TOTAL_COLUMNS}
                pages={allAtOnce(query, comparison.totals)}
                empty={texts.noTotals}
                keyOf={({ feature }) => feature?.code ?? ''}
              />
            )}
          </Panel>
          <Panel title={texts.kinds} query={query}>
            {() => (
              <>
                <Text size="sm">{texts.kindsHint}</Text>
                <DataTable
                  name={texts.kinds}
                  columns={KIND_COLUMNS}
                  pages={allAtOnce(query, kindRows(comparison.totals))}
                  empty=""
                  keyOf={({ kind }) => kind}
                />
              </>
            )}
          </Panel>
          <Suspense>
            <ComparisonDifferences
              id={id}
              features={comparison.totals.flatMap(({ feature }) => feature?.code ?? [])}
              isRunning={comparison.endedAt === null}
            />
          </Suspense>
        </>
      )}
    </Stack>
  )
}

const kindRows = (totals: readonly Total[]): readonly KindRow[] =>
  KINDS.map((kind) => ({ kind, uses: totals.reduce((sum, total) => sum + differencesOf(total, kind), 0) }))

function Progress({ comparison }: { readonly comparison: Comparison }) {
  const { id, accountCount, totals, reason, startedBy, startedAt, endedBy, endedAt, endReason, usageBatch } = comparison
  const [isEnding, setEnding] = useState(false)
  const [hasEnded, setEnded] = useState(false)
  const uses = usesOf(totals)
  const batch = usageBatch && (
    <Anchor component={Link} to={`/ops/usage-batches/${usageBatch.id}`} size="sm">
      {texts.end.toBatch}
    </Anchor>
  )
  return (
    <Stack>
      <DetailList
        items={[
          [texts.state, <StatusBadge key="state" state={comparisonState(endedAt)} />],
          [texts.accounts, count(accountCount)],
          [texts.compared, count(uses.compared)],
          [texts.equal, count(uses.equal)],
          [texts.different, count(uses.different)],
          [texts.reason, reason],
          [texts.startedBy, <ActorLink key="started" actor={startedBy} />],
          [texts.started, <Moment key="started" at={startedAt} isBusiness />],
          [texts.endedBy, endedBy && <ActorLink key="ended" actor={endedBy} />],
          [texts.ended, endedAt && <Moment key="ended" at={endedAt} isBusiness />],
          [texts.endReason, endReason],
          [texts.batch, batch],
        ]}
      />
      {endedAt === null ? (
        <Group>
          <Button variant="default" aria-haspopup="dialog" onClick={() => setEnding(true)}>
            {texts.end.open}
          </Button>
        </Group>
      ) : (
        <Outcome usageBatch={usageBatch} takesFocus={hasEnded} />
      )}
      <Suspense>
        {isEnding && (
          <EndDialog
            id={id}
            uses={count(uses.compared)}
            accounts={count(accountCount)}
            onEnded={() => {
              setEnded(true)
              setEnding(false)
            }}
            onClose={() => setEnding(false)}
          />
        )}
      </Suspense>
    </Stack>
  )
}

interface OutcomeProps extends Pick<UsageComparisonFields, 'usageBatch'> {
  /** True if it takes the place of the button that had the focus. */
  readonly takesFocus: boolean
}

/** Effect of the end on the balances. */
function Outcome({ usageBatch, takesFocus }: OutcomeProps) {
  const element = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (takesFocus) element.current?.focus()
  }, [takesFocus])
  return (
    <Alert ref={element} tabIndex={-1} color="blue" role="status">
      {usageBatch ? texts.end.continued : texts.end.discarded}
    </Alert>
  )
}
