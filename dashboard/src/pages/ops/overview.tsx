import { Alert, Group, SimpleGrid, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { OperatorOverview, type OperatorOverviewData } from '@stackgate/client/documents'
import { serverUrl } from '../../session/config.js'
import { useOperation } from '@stackgate/react/hooks'
import { DataTable, type Column } from '../../ui/data-table.js'
import { count, duration, label } from '../../ui/format.js'
import { LinkAnchor } from '../../ui/link-anchor.js'
import { PageHeading } from '../../ui/page-heading.js'
import { Panel } from '../../ui/panel.js'
import { everyHalfMinute } from '../../ui/read-again.js'
import { StateBadge } from '../../ui/state-badge.js'
import { Tile } from '../../ui/tile.js'
import { allAtOnce } from '../../ui/use-cursor-pages.js'
import { operationsWords } from '../../words/en/operations.js'

const texts = operationsWords.overview

interface Figure {
  readonly name: string
  readonly value: number
  readonly to: string
  readonly search?: Readonly<Record<string, string>>
}

/** Figures of the work that needs an operator. Each leads to its page. */
export function Overview() {
  const overview = useOperation(OperatorOverview, {}, { refetchInterval: everyHalfMinute })
  return (
    <Stack>
      <PageHeading>{texts.title}</PageHeading>
      <Panel title={texts.needed} query={overview} height={300}>
        {(data) => <Figures figures={figuresOf(data)} />}
      </Panel>
      <Panel title={texts.queues} query={overview} height={380}>
        {({ queueStats }) => (
          <DataTable
            name={texts.queues}
            columns={QUEUE_COLUMNS}
            pages={allAtOnce(overview, queueStats ?? [])}
            empty={texts.none}
            keyOf={({ queue }) => queue}
          />
        )}
      </Panel>
      <Health />
    </Stack>
  )
}

type QueueStats = NonNullable<OperatorOverviewData['queueStats']>[number]

const queueName = (queue: string): string => operationsWords.queueNames[queue] ?? label(queue)

const QUEUE_COLUMNS: readonly Column<QueueStats>[] = [
  { name: texts.queue, cell: ({ queue }) => queueName(queue) },
  { name: texts.waiting, isNumber: true, cell: ({ waitingCount }) => count(waitingCount) },
  {
    name: texts.oldest,
    isShort: true,
    cell: ({ oldestWaitingSeconds: seconds }) => (seconds === null ? texts.none : duration(seconds)),
  },
  {
    name: texts.dead,
    isNumber: true,
    cell: ({ queue, deadCount }) =>
      deadCount > 0 ? (
        <LinkAnchor
          aria-label={texts.deadOf(queueName(queue), count(deadCount))}
          {...(queue === 'INBOX'
            ? { to: '/ops/inbox', search: { state: 'DEAD' } as never }
            : { to: '/ops/dead-letters', search: { queue } as never })}
        >
          {count(deadCount)}
        </LinkAnchor>
      ) : (
        count(0)
      ),
  },
]

function figuresOf(data: OperatorOverviewData): readonly Figure[] {
  const { figures } = texts
  const events = (...states: readonly string[]) =>
    (data.webhookEventCounts ?? []).reduce((sum, row) => sum + (states.includes(row.status) ? row.count : 0), 0)
  const letters = (data.queueStats ?? []).reduce(
    (sum, { queue, deadCount }) => sum + (queue === 'INBOX' ? 0 : deadCount),
    0,
  )
  return [
    { name: figures.deadEvents, value: events('DEAD', 'QUARANTINED'), to: '/ops/inbox', search: { state: 'DEAD' } },
    { name: figures.waitingEvents, value: events('RECEIVED', 'RETRYING', 'DEFERRED'), to: '/ops/inbox' },
    { name: figures.deadLetters, value: letters, to: '/ops/dead-letters' },
    { name: figures.checkouts, value: data.checkouts?.totalCount ?? 0, to: '/ops/checkouts' },
    { name: figures.drift, value: data.reconciliationRuns?.nodes[0]?.openCount ?? 0, to: '/ops/reconciliation' },
    {
      name: figures.brokenRules,
      value: (data.invariants ?? []).filter(({ ok }) => !ok).length,
      to: '/ops/invariants',
    },
    { name: figures.outages, value: data.outages?.totalCount ?? 0, to: '/ops/agents' },
    {
      name: figures.pastDue,
      value: data.subscriptions?.totalCount ?? 0,
      to: '/ops/accounts',
      search: { status: 'PAST_DUE' },
    },
    { name: figures.reviews, value: data.reviewQueue?.totalCount ?? 0, to: '/ops/reviews' },
    { name: figures.payouts, value: data.vendors?.totalCount ?? 0, to: '/ops/vendors', search: { payable: 'yes' } },
  ]
}

function Figures({ figures }: { readonly figures: readonly Figure[] }) {
  return (
    <Stack>
      {figures.every(({ value }) => value === 0) && <Alert color="green">{texts.well}</Alert>}
      <SimpleGrid cols={{ base: 2, sm: 3 }}>
        {figures.map(({ name, value, to, search }) => (
          <Tile key={name} name={name} value={count(value)} isQuiet={value === 0} to={to} search={search} />
        ))}
      </SimpleGrid>
    </Stack>
  )
}

/** Answer of `GET /health/ready`, with its parts in words. */
type Readiness = Readonly<Record<string, boolean | string | null | Readonly<Record<string, string>>>>

const GOOD = new Set(['ok', 'yes'])

function partsOf(readiness: Readiness): readonly (readonly [name: string, state: string])[] {
  return Object.entries(readiness).flatMap(([name, value]): (readonly [string, string])[] => {
    if (value === null || name === 'mode') return []
    if (typeof value === 'object')
      return Object.entries(value).map(([part, state]) => [texts.connection(label(part)), state])
    if (name === 'draining') return value ? [[texts.draining, texts.yes]] : []
    return [[label(name), value === true ? texts.yes : value === false ? texts.no : value]]
  })
}

function Health() {
  const health = useQuery({
    queryKey: ['Health'],
    queryFn: async ({ signal }) => {
      const response = await fetch(serverUrl('health/ready'), { credentials: 'omit', signal })
      return (await response.json()) as Readiness
    },
    refetchInterval: 15_000,
  })
  return (
    <Panel title={texts.health} query={health} height={140}>
      {(readiness) => (
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl" verticalSpacing="xs">
          {partsOf(readiness).map(([name, state]) => (
            <Group key={name} justify="space-between" wrap="nowrap">
              <Text size="sm" className="sentence">
                {name}
              </Text>
              <StateBadge color={GOOD.has(state) ? 'green' : 'red'}>{state}</StateBadge>
            </Group>
          ))}
        </SimpleGrid>
      )}
    </Panel>
  )
}
