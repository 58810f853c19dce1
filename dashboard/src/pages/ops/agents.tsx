import { Stack } from '@mantine/core'
import { Select } from '../../ui/select.js'
import type { AgentOrder } from '@stackgate/client'
import { Agents as AgentList, Outages, type AgentsData, type OutagesData } from '@stackgate/client/documents'
import { useFilter } from '../../session/use-filter.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { label } from '../../ui/format.js'
import { Moment } from '../../ui/moment.js'
import { ListBar } from '../../ui/list-bar.js'
import { useServerOrder } from '../../ui/sorting.js'
import { PageHeading } from '../../ui/page-heading.js'
import { Panel } from '../../ui/panel.js'
import { everyHalfMinute } from '../../ui/read-again.js'
import { useCursorPages } from '../../ui/use-cursor-pages.js'
import { operationsWords } from '../../words/en/operations.js'
import { AccountLink } from './links.js'

const texts = operationsWords.agents
type Outage = NonNullable<OutagesData['outages']>['nodes'][number]
type Agent = NonNullable<AgentsData['agents']>['nodes'][number]

const OUTAGE_COLUMNS: readonly Column<Outage>[] = [
  {
    name: texts.since,
    isShort: true,
    by: ({ startedAt }) => startedAt,
    cell: ({ startedAt }) => <Moment at={startedAt} />,
  },
  {
    name: texts.until,
    isShort: true,
    by: ({ endedAt }) => endedAt,
    cell: ({ endedAt }) => (endedAt ? <Moment at={endedAt} /> : texts.lasts),
  },
  { name: texts.deployment, by: ({ deployment }) => deployment.name },
  {
    name: operationsWords.account,
    by: ({ account }) => account?.name,
    cell: ({ account }) => <AccountLink account={account} />,
  },
  { name: texts.kind, by: ({ kind }) => label(kind) },
  {
    name: texts.alerted,
    isShort: true,
    by: ({ alertedAt }) => alertedAt,
    cell: ({ alertedAt }) => alertedAt && <Moment at={alertedAt} />,
  },
]

const AGENT_COLUMNS: readonly Column<Agent>[] = [
  { name: texts.deployment, by: ({ deployment }) => deployment.name },
  { name: texts.presence, isState: true, by: ({ presence }) => presence },
  {
    name: texts.heartbeat,
    orders: { ascending: 'LAST_HEARTBEAT' },
    isShort: true,
    by: ({ lastHeartbeatAt }) => lastHeartbeatAt,
    cell: ({ lastHeartbeatAt }) => lastHeartbeatAt && <Moment at={lastHeartbeatAt} />,
  },
  { name: texts.version, by: ({ softwareVersion }) => softwareVersion },
]

const FILTERS = [
  {
    name: 'presence',
    label: texts.presence,
    data: ['ONLINE', 'BUSY', 'DEGRADED', 'OFFLINE'].map((value) => ({ value, label: label(value) })),
  },
]

/** Agents of all accounts, and their outages. */
export function Agents() {
  const [outage, setOutage] = useFilter('outages')
  const [presence] = useFilter('presence')
  const orderBy = useServerOrder(AGENT_COLUMNS)
  const outages = useCursorPages(Outages, { filter: { open: outage !== 'ended' }, first: 50 }, (data) => data.outages)
  const agents = useCursorPages(
    AgentList,
    {
      first: 50,
      ...(orderBy && { orderBy: orderBy as AgentOrder }),
      ...(presence && { filter: { presences: [presence as never] } }),
    },
    (data) => data.agents,
    { refetchInterval: everyHalfMinute },
  )
  return (
    <Stack className="settling-first">
      <PageHeading>{texts.title}</PageHeading>
      <Panel title={texts.outages} query={outages.query} height={230}>
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
      {/* Its place is known with the number of outages. */}
      <div className="settled">
        <Panel title={texts.agents} query={agents.query}>
          {() => (
            <>
              <ListBar name={texts.agents} filters={FILTERS} />
              <DataTable isPage name={texts.agents} columns={AGENT_COLUMNS} pages={agents} empty={texts.noAgents} />
            </>
          )}
        </Panel>
      </div>
    </Stack>
  )
}
