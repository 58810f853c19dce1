import { Stack } from '@mantine/core'
import { Select } from '../../ui/select.js'
import { Agents as AgentList, Outages, type AgentsData, type OutagesData } from '@stackgate/client/documents'
import { useFilter } from '../../session/use-filter.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { label } from '../../ui/format.js'
import { Moment } from '../../ui/moment.js'
import { PageHeading } from '../../ui/page-heading.js'
import { Panel } from '../../ui/panel.js'
import { everyHalfMinute } from '../../ui/read-again.js'
import { StatusBadge } from '../../ui/status-badge.js'
import { useCursorPages } from '../../ui/use-cursor-pages.js'
import { operationsWords } from '../../words/en/operations.js'
import { AccountLink } from './links.js'

const texts = operationsWords.agents
type Outage = NonNullable<OutagesData['outages']>['nodes'][number]
type Agent = NonNullable<AgentsData['agents']>['nodes'][number]

const OUTAGE_COLUMNS: readonly Column<Outage>[] = [
  { name: texts.since, isShort: true, cell: ({ startedAt }) => <Moment at={startedAt} /> },
  { name: texts.until, cell: ({ endedAt }) => (endedAt ? <Moment at={endedAt} /> : texts.lasts) },
  { name: texts.deployment, cell: ({ deployment }) => deployment.name },
  { name: operationsWords.account, cell: ({ account }) => <AccountLink account={account} /> },
  { name: texts.kind, cell: ({ kind }) => label(kind) },
  { name: texts.alerted, isShort: true, cell: ({ alertedAt }) => alertedAt && <Moment at={alertedAt} /> },
]

const AGENT_COLUMNS: readonly Column<Agent>[] = [
  { name: texts.deployment, cell: ({ deployment }) => deployment.name },
  { name: texts.presence, cell: ({ presence }) => <StatusBadge state={presence} /> },
  {
    name: texts.heartbeat,
    isShort: true,
    cell: ({ lastHeartbeatAt }) => lastHeartbeatAt && <Moment at={lastHeartbeatAt} />,
  },
  { name: texts.version, cell: ({ softwareVersion }) => softwareVersion },
]

const PRESENCES = ['ONLINE', 'BUSY', 'DEGRADED', 'OFFLINE'] as const

/** Agents of all accounts, and their outages. */
export function Agents() {
  const [outage, setOutage] = useFilter('outages')
  const [presence, setPresence] = useFilter('presence')
  const outages = useCursorPages(Outages, { filter: { open: outage !== 'ended' }, first: 50 }, (data) => data.outages)
  const agents = useCursorPages(
    AgentList,
    { first: 50, ...(presence && { filter: { presences: [presence as never] } }) },
    (data) => data.agents,
    { refetchInterval: everyHalfMinute },
  )
  return (
    <Stack>
      <PageHeading>{texts.title}</PageHeading>
      <Panel title={texts.outages} query={outages.query}>
        {() => (
          <>
            <Select
              maw={320}
              label={texts.onlyOpen}
              data={[
                { value: 'open', label: texts.open },
                { value: 'ended', label: texts.ended },
              ]}
              value={outage || 'open'}
              onChange={setOutage}
            />
            <DataTable name={texts.outages} columns={OUTAGE_COLUMNS} pages={outages} empty={texts.noOutages} />
          </>
        )}
      </Panel>
      <Panel title={texts.agents} query={agents.query}>
        {() => (
          <>
            <Select
              maw={320}
              label={texts.presence}
              none={operationsWords.all}
              data={PRESENCES.map((value) => ({ value, label: label(value) }))}
              value={presence || null}
              onChange={setPresence}
            />
            <DataTable name={texts.agents} columns={AGENT_COLUMNS} pages={agents} empty={texts.noAgents} />
          </>
        )}
      </Panel>
    </Stack>
  )
}
