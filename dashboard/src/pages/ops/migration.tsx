import { Alert, Button, Group, Stack } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { useEffect } from 'react'
import {
  PlanMigration,
  ResumePlanMigration,
  StopPlanMigration,
  type PlanMigrationData,
  type PlanMigrationFields,
} from '@stackgate/client/documents'
import { usePageAction } from '../../session/use-page-action.js'
import { DenialAlert } from '../../ui/act-dialog.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { DetailList } from '../../ui/detail-list.js'
import { count, date, label, money } from '../../ui/format.js'
import { Moment } from '../../ui/moment.js'
import { PageHeading } from '../../ui/page-heading.js'
import { Panel } from '../../ui/panel.js'
import { StatusBadge } from '../../ui/status-badge.js'
import { useCursorPages } from '../../ui/use-cursor-pages.js'
import { catalogWords } from '../../words/en/catalog.js'
import { operationsWords } from '../../words/en/operations.js'
import { AccountLink, ActorLink } from './links.js'

const texts = catalogWords
type Migration = Extract<NonNullable<PlanMigrationData['node']>, { readonly __typename: 'PlanMigration' }>
type Step = Migration['steps']['nodes'][number]

const migrationOf = ({ node }: PlanMigrationData): Migration | null =>
  node?.__typename === 'PlanMigration' ? node : null

/** Steps publish no events: a running migration is read again, after growing times. Its end is an event. */
const FIRST_MS = 2_000
const LAST_MS = 30_000

const COLUMNS: readonly Column<Step>[] = [
  {
    name: operationsWords.account,
    by: ({ account }) => account?.name,
    cell: ({ account }) => <AccountLink account={account} />,
  },
  { name: texts.state, isState: true, by: ({ status }) => status },
  {
    name: texts.fromVersion,
    isNumber: true,
    by: ({ fromVersion }) => fromVersion.number,
  },
  {
    name: texts.before,
    isNumber: true,
    by: ({ priceBefore }) => priceBefore?.money,
    cell: ({ priceBefore }) => priceBefore && money(priceBefore.money),
  },
  {
    name: texts.after,
    place: 'side',
    isNumber: true,
    by: ({ priceAfter }) => priceAfter?.money,
    cell: ({ priceAfter }) => priceAfter && money(priceAfter.money),
  },
  {
    name: texts.at,
    isShort: true,
    by: ({ effectiveAt }) => effectiveAt,
    cell: ({ effectiveAt }) => effectiveAt && date(effectiveAt),
  },
  {
    name: texts.reason,
    by: ({ skippedReason, error }) => error ?? skippedReason,
    cell: ({ skippedReason, error }) => error ?? (skippedReason && label(skippedReason)),
  },
]

/** A migration: how far it is, and each subscription. */
export function Migration() {
  const { id = '' } = useParams({ strict: false }) as { id?: string }
  const pages = useCursorPages(PlanMigration, { id }, (data) => migrationOf(data)?.steps)
  const { data, refetch } = pages.query
  const migration = data === undefined ? null : migrationOf(data)
  const isRunning = migration?.status === 'RUNNING'
  useEffect(() => {
    if (!isRunning) return
    let wait = FIRST_MS
    let timer: ReturnType<typeof setTimeout>
    const readLater = () => {
      timer = setTimeout(() => {
        if (document.visibilityState === 'visible') void refetch()
        wait = Math.min(wait * 1.5, LAST_MS)
        readLater()
      }, wait)
    }
    readLater()
    return () => clearTimeout(timer)
  }, [isRunning, refetch])
  return (
    <Stack>
      <PageHeading>
        {migration ? texts.migration(migration.plan.name, count(migration.toVersion.number)) : texts.migrations}
      </PageHeading>
      <Panel title={texts.progress} query={pages.query}>
        {() => (migration ? <Progress migration={migration} /> : texts.missing)}
      </Panel>
      {migration && (
        <Panel title={texts.steps} query={pages.query}>
          {() => <DataTable name={texts.steps} columns={COLUMNS} pages={pages} empty={texts.noSteps} />}
        </Panel>
      )}
    </Stack>
  )
}

function Progress({ migration }: { readonly migration: PlanMigrationFields }) {
  const { id, status, stepCount, pendingCount, lastError, requestedBy, createdAt } = migration
  const stop = usePageAction(StopPlanMigration)
  const resume = usePageAction(ResumePlanMigration)
  const done = stepCount - pendingCount
  const text = texts.of(count(done), count(stepCount))
  return (
    <Stack>
      <progress className="meter" max={Math.max(stepCount, 1)} value={done} aria-label={text} />
      <DetailList
        items={[
          [texts.state, <StatusBadge key="status" state={status} />],
          [texts.progress, text],
          [texts.applied, count(migration.appliedCount)],
          [texts.scheduled, count(migration.scheduledCount)],
          [texts.skipped, count(migration.skippedCount)],
          [texts.failed, count(migration.failedCount)],
          [texts.by, <ActorLink key="by" actor={requestedBy} />],
          [texts.started, <Moment key="started" at={createdAt} isBusiness />],
        ]}
      />
      {lastError && <Alert color="red">{lastError}</Alert>}
      <Group>
        {status === 'RUNNING' && (
          <Button variant="default" loading={stop.isPending} onClick={() => stop.run({ id })}>
            {texts.stop}
          </Button>
        )}
        {status === 'STOPPED' && (
          <Button loading={resume.isPending} onClick={() => resume.run({ id })}>
            {texts.resume}
          </Button>
        )}
      </Group>
      <DenialAlert action={stop} />
      <DenialAlert action={resume} />
    </Stack>
  )
}
