import IconServer from 'icon:server-2'
import { Button, Group, Stack, Text } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Suspense, useMemo, useRef } from 'react'
import type { AgentPresence, DeploymentFilter, DeploymentOrder, DeploymentStatus } from '@stackgate/client'
import {
  Check,
  DeploymentEvents,
  Deployments as DeploymentsDocument,
  type DeploymentsData,
} from '@stackgate/client/documents'
import { useFollow } from '../../session/use-follow.js'
import { useOperation, useOperations } from '@stackgate/react/hooks'
import { DataTable, type Column } from '../../ui/data-table.js'
import { DenialCard } from '../../ui/denial-card.js'
import { Empty } from '../../ui/empty.js'
import { date } from '../../ui/format.js'
import { ListBar } from '../../ui/list-bar.js'
import { LinkButton } from '../../ui/link-button.js'
import { PageHeading } from '../../ui/page-heading.js'
import { useServerOrder } from '../../ui/sorting.js'
import { useCursorPages } from '../../ui/use-cursor-pages.js'
import { deploymentWords } from '../../words/en/deployments.js'
import { useAccount } from '../account/account-pages.js'
import { CommandStatusBadge, DeploymentStatusBadge, Presence } from './status.js'
import { lazyPart } from '../../session/load-part.js'

/** Only shown to who has no deployment. */
const TemplateList = lazyPart(() => import('../market/template-list.js'), 'TemplateList')

type DeploymentOfList = NonNullable<NonNullable<DeploymentsData['account']>['deployments']>['nodes'][number]

const STATUSES: readonly DeploymentStatus[] = ['PENDING', 'ACTIVE', 'STOPPED']
const PRESENCES: readonly AgentPresence[] = ['ONLINE', 'BUSY', 'DEGRADED', 'OFFLINE']
const SEARCH = { name: 'search', label: deploymentWords.search }
const choices = (values: readonly string[], names: Readonly<Record<string, string>>) =>
  values.map((value) => ({ value, label: names[value]! }))
const FILTERS = [
  { name: 'status', label: deploymentWords.status, data: choices(STATUSES, deploymentWords.statuses) },
  { name: 'presence', label: deploymentWords.columns.agent, data: choices(PRESENCES, deploymentWords.presence) },
]
const PAGE = 20
/** Events that arrive within this time cause one reading, in milliseconds. */
const GATHER_MS = 300

/** Deployments of an account. The filters are the address of the page. */
export function Deployments() {
  const account = useAccount()
  const navigate = useNavigate()
  const searched: Searched = useSearch({ strict: false })
  const filter = filterOf(searched)
  const isFiltered = Object.keys(filter).length > 0
  const columns = useMemo(() => columnsOf(account), [account])
  const orderBy = useServerOrder(columns) as DeploymentOrder | undefined
  const list = useDeploymentList(account, filter, orderBy)
  const hasNone = !isFiltered && !list.query.isPending && list.pieces.every(({ length }) => length === 0)
  return (
    <Stack>
      <PageHeading>{deploymentWords.title}</PageHeading>
      <LimitReached account={account} />
      <ListBar name={deploymentWords.title} search={SEARCH} filters={FILTERS}>
        <LinkButton to="/market">{deploymentWords.newOne}</LinkButton>
      </ListBar>
      <DataTable
        isPage
        name={deploymentWords.title}
        columns={columns}
        pages={list}
        empty={
          <NoDeployments
            isFiltered={isFiltered}
            onClear={() => void navigate({ to: '.', search: {} as never, replace: true })}
          />
        }
      />
      {hasNone && (
        <Suspense fallback={null}>
          <TemplateList account={account} filter={{ paid: false }} order="POPULAR" limit={3} empty={null} />
        </Suspense>
      )}
    </Stack>
  )
}

/** Deployments of an account, live. After an event, the first page and the changed rows behind it are read again. */
function useDeploymentList(account: string, filter: DeploymentFilter, orderBy: DeploymentOrder | undefined) {
  const operations = useOperations()
  const list = useCursorPages(
    DeploymentsDocument,
    { account, filter, first: PAGE, ...(orderBy && { orderBy }) },
    ({ account: found }) => found?.deployments,
    {
      keepsPrevious: true,
      onlyRows: (ids) => ({ account, filter: { ...filter, ids }, first: ids.length }),
    },
  )
  const changed = useRef(new Set<string>())
  const readAgain = useDebouncedCallback(() => {
    const ids = [...changed.current]
    changed.current.clear()
    void operations.refetch('Deployments')
    // A row that cannot be read stays unchanged until its next event.
    list.refreshOlder(ids).catch(() => undefined)
  }, GATHER_MS)
  useFollow(
    DeploymentEvents,
    { account },
    {
      after: list.query.data?.account?.deployments?.cursor,
      onItem: (item) => {
        if (item.deployment) changed.current.add(item.deployment.id)
        readAgain()
      },
      onMissed: async () => {
        list.dropOlder()
        const { data } = await list.query.refetch()
        return data?.account?.deployments?.cursor
      },
    },
  )
  return list
}

/** The address of the page. Anybody can write it. */
interface Searched {
  readonly search?: unknown
  readonly status?: unknown
  readonly presence?: unknown
}

function filterOf({ search, status, presence }: Searched): DeploymentFilter {
  const found = STATUSES.find((each) => each === status)
  const present = PRESENCES.find((each) => each === presence)
  const text = typeof search === 'string' || typeof search === 'number' ? String(search).slice(0, 200) : ''
  return {
    ...(text ? { search: text } : {}),
    ...(found ? { statuses: [found] } : {}),
    ...(present ? { presences: [present] } : {}),
  }
}

/** The refusal of another deployment, shown before a template is chosen. */
function LimitReached({ account }: { readonly account: string }) {
  const check = useOperation(Check, { account, feature: 'deployments' })
  const denial = check.data?.check?.denial
  return denial ? <DenialCard key={denial.message} denial={denial} account={account} /> : null
}

interface EmptyProps {
  readonly isFiltered: boolean
  readonly onClear: () => void
}

function NoDeployments({ isFiltered, onClear }: EmptyProps) {
  if (isFiltered)
    return (
      <Empty
        icon={IconServer}
        act={
          <Button variant="default" onClick={onClear}>
            {deploymentWords.clear}
          </Button>
        }
      >
        {deploymentWords.noMatch}
      </Empty>
    )
  return (
    <Empty
      icon={IconServer}
      title={deploymentWords.noneTitle}
      act={
        <LinkButton to="/market" variant="default">
          {deploymentWords.choose}
        </LinkButton>
      }
    >
      {deploymentWords.none}
    </Empty>
  )
}

const columnsOf = (account: string): readonly Column<DeploymentOfList>[] => {
  const { columns } = deploymentWords
  return [
    {
      name: columns.name,
      orders: { ascending: 'NAME' },
      by: ({ name }) => name,
      to: ({ hash }) => `/a/${account}/deployments/${hash}`,
    },
    { name: columns.template, by: ({ template }) => template?.name },
    {
      name: columns.status,
      isState: true,
      by: ({ status }) => status,
      cell: ({ status }) => <DeploymentStatusBadge status={status} />,
    },
    {
      name: columns.agent,
      by: ({ agent }) => agent?.presence,
      cell: ({ agent }) => <Presence presence={agent?.presence} />,
    },
    { name: columns.last, cell: ({ latestCommands }) => <LastCommand commands={latestCommands} /> },
    {
      name: columns.started,
      orders: { ascending: 'OLDEST', descending: 'NEWEST' },
      by: ({ startedAt }) => startedAt,
      cell: ({ startedAt }) => <time dateTime={startedAt}>{date(startedAt)}</time>,
    },
  ]
}

function LastCommand({ commands }: { readonly commands: DeploymentOfList['latestCommands'] }) {
  const last = commands.toSorted((one, other) => other.createdAt.localeCompare(one.createdAt))[0]
  if (!last)
    return (
      <Text size="sm" c="dimmed">
        {deploymentWords.noCommand}
      </Text>
    )
  return (
    <Group gap="xs" wrap="nowrap">
      <code>{last.type}</code> <CommandStatusBadge status={last.status} />
    </Group>
  )
}
