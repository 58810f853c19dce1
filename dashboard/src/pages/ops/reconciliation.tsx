import { Button, Stack, Text } from '@mantine/core'
import { Select } from '../../ui/select.js'
import { useNavigate } from '@tanstack/react-router'
import { Suspense, useState } from 'react'
import { Installation, Reconcile, ReconciliationRuns, type ReconciliationRunFields } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { usePageAction } from '../../session/use-page-action.js'
import { ActDialog } from '../../ui/act-dialog.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { Moment } from '../../ui/moment.js'
import { PageHeading } from '../../ui/page-heading.js'
import { StateBadge } from '../../ui/state-badge.js'
import { useCursorPages } from '../../ui/use-cursor-pages.js'
import { reconciliationWords } from '../../words/en/reconciliation.js'
import { providerName } from './links.js'
import { lazyPart } from '../../session/load-part.js'

const ReconciliationReports = lazyPart(() => import('./reconciliation-reports.js'), 'ReconciliationReports')

const texts = reconciliationWords

/** State of a comparison in words. */
export const RunState = ({ run }: { readonly run: ReconciliationRunFields }) => {
  if (run.error) return <StateBadge color="red">{texts.failed}</StateBadge>
  return run.finishedAt ? (
    <StateBadge color="green">{texts.finished}</StateBadge>
  ) : (
    <StateBadge color="blue">{texts.running}</StateBadge>
  )
}

const COLUMNS: readonly Column<ReconciliationRunFields>[] = [
  {
    name: texts.started,
    by: ({ startedAt }) => startedAt,
    to: ({ id }) => `/ops/reconciliation/${id}`,
    cell: ({ startedAt }) => <Moment at={startedAt} />,
  },
  {
    name: texts.provider,
    by: ({ provider }) => providerName(provider),
  },
  {
    name: texts.result,
    isState: true,
    by: ({ error, finishedAt }) => (error ? 2 : finishedAt ? 1 : 0),
    cell: (run) => <RunState run={run} />,
  },
  {
    name: texts.checked,
    isNumber: true,
    by: ({ checkedCount }) => checkedCount,
  },
  {
    name: texts.healed,
    isNumber: true,
    by: ({ healedCount }) => healedCount,
  },
]

/** Comparisons with the payment providers. */
export function Reconciliation() {
  const [isRunning, setRunning] = useState(false)
  const pages = useCursorPages(ReconciliationRuns, { first: 50 }, ({ reconciliationRuns }) => reconciliationRuns)
  return (
    <Stack align="stretch">
      <PageHeading>{texts.title}</PageHeading>
      <Text>{texts.intro}</Text>
      <div>
        <Button aria-haspopup="dialog" onClick={() => setRunning(true)}>
          {texts.run}
        </Button>
      </div>
      <DataTable isPage name={texts.title} columns={COLUMNS} pages={pages} empty={texts.none} />
      <Suspense>
        <ReconciliationReports />
      </Suspense>
      {isRunning && <RunDialog onClose={() => setRunning(false)} />}
    </Stack>
  )
}

function RunDialog({ onClose }: { readonly onClose: () => void }) {
  const navigate = useNavigate()
  const installation = useOperation(Installation, {})
  const providers = installation.data?.installation.providers ?? []
  const [chosen, setProvider] = useState<string | null>(null)
  const [mode, setMode] = useState<string | null>('show')
  const reconcile = usePageAction(Reconcile, ({ id }) => {
    void navigate({ to: `/ops/reconciliation/${id}` })
  })
  const provider = chosen ?? providers[0] ?? 'STRIPE'
  return (
    <ActDialog
      title={texts.runTitle}
      effect={texts.runEffect}
      confirm={texts.run}
      needsReason={false}
      action={reconcile}
      onConfirm={() => reconcile.run({ input: { provider: provider as never, heal: mode === 'heal' } })}
      onClose={onClose}
    >
      <Select
        label={texts.provider}
        data={providers.map((value) => ({ value, label: providerName(value) }))}
        value={provider}
        onChange={setProvider}
      />
      <Select
        label={texts.mode}
        data={Object.entries(texts.modes).map(([value, name]) => ({ value, label: name }))}
        value={mode}
        onChange={setMode}
      />
    </ActDialog>
  )
}
