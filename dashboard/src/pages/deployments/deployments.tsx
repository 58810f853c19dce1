import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import type { DeploymentFilter, DeploymentStatus } from '@stackgate/client'
import {
  Check,
  DeploymentEvents,
  Deployments as DeploymentsDocument,
  type DeploymentsData,
} from '@stackgate/client/documents'
import { useFollow } from '../../session/use-follow.js'
import { useOperation } from '../../session/use-operation.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { DenialCard } from '../../ui/denial-card.js'
import { date } from '../../ui/format.js'
import { LinkAnchor } from '../../ui/link-anchor.js'
import { LinkButton } from '../../ui/link-button.js'
import { LiveBadge } from '../../ui/live-badge.js'
import { PageHeading } from '../../ui/page-heading.js'
import { useCursorPages } from '../../ui/use-cursor-pages.js'
import { words } from '../../words/en.js'
import { useAccount } from '../account/account-pages.js'
import { TemplateList } from '../market/template-list.js'
import { CommandStatusBadge, DeploymentStatusBadge, Presence } from './status.js'

type DeploymentOfList = NonNullable<NonNullable<DeploymentsData['account']>['deployments']>['nodes'][number]

const STATUSES: readonly DeploymentStatus[] = ['PENDING', 'ACTIVE', 'STOPPED']
const PAGE = 20
/** Events that arrive within this time cause one reading, in milliseconds. */
const GATHER_MS = 300

/** Deployments of an account. The filters are the address of the page. */
export function Deployments() {
  const account = useAccount()
  const navigate = useNavigate()
  const { search, status }: { readonly search?: unknown; readonly status?: unknown } = useSearch({ strict: false })
  const filter = filterOf(search, status)
  const isFiltered = Object.keys(filter).length > 0
  const queries = useQueryClient()
  const list = useCursorPages(
    DeploymentsDocument,
    { account, filter, first: PAGE },
    ({ account: found }) => found?.deployments,
    { keepsPrevious: true },
  )
  const columns = useMemo(() => columnsOf(account), [account])
  const readAgain = useDebouncedCallback(() => void queries.invalidateQueries({ queryKey: ['Deployments'] }), GATHER_MS)
  useFollow(
    DeploymentEvents,
    { account },
    {
      after: list.query.data?.account?.deployments?.streamCursor,
      onItem: readAgain,
      onMissed: async () => {
        const { data } = await list.query.refetch()
        return data?.account?.deployments?.streamCursor
      },
    },
  )
  const change = (changes: object) =>
    void navigate({ to: '.', search: { search, status, ...changes } as never, replace: true })

  return (
    <Stack>
      <PageHeading side={<LiveBadge />}>{words.deployments.title}</PageHeading>
      <LimitReached account={account} />
      <Group align="end">
        <Filters search={filter.search ?? ''} status={filter.statuses?.[0] ?? 'ALL'} onChange={change} />
        <LinkButton to="/market">{words.deployments.newOne}</LinkButton>
      </Group>
      <DataTable
        name={words.deployments.title}
        columns={columns}
        pages={list}
        empty={
          <Empty
            account={account}
            isFiltered={isFiltered}
            onClear={() => change({ search: undefined, status: undefined })}
          />
        }
      />
    </Stack>
  )
}

function filterOf(search: unknown, status: unknown): DeploymentFilter {
  const found = STATUSES.find((each) => each === status)
  const text = typeof search === 'string' || typeof search === 'number' ? String(search).slice(0, 200) : ''
  return { ...(text ? { search: text } : {}), ...(found ? { statuses: [found] } : {}) }
}

/** The refusal of another deployment, shown before a template is chosen. */
function LimitReached({ account }: { readonly account: string }) {
  const check = useOperation(Check, { account, feature: 'deployments' })
  const denial = check.data?.check?.denial
  return denial ? <DenialCard key={denial.message} denial={denial} account={account} /> : null
}

interface FiltersProps {
  readonly search: string
  readonly status: string
  readonly onChange: (changes: object) => void
}

function Filters({ search, status, onChange }: FiltersProps) {
  const [typed, setTyped] = useState(search)
  const change = useDebouncedCallback((text: string) => onChange({ search: text || undefined }), 250)
  return (
    <>
      <TextInput
        type="search"
        label={words.deployments.search}
        value={typed}
        style={{ flex: '1 1 12rem' }}
        onChange={(event) => {
          setTyped(event.currentTarget.value)
          change(event.currentTarget.value.trim())
        }}
      />
      <Select
        label={words.deployments.status}
        data={['ALL', ...STATUSES].map((value) => ({ value, label: words.deployments.statuses[value]! }))}
        value={status}
        allowDeselect={false}
        onChange={(value) => onChange({ status: value === 'ALL' ? undefined : value })}
      />
    </>
  )
}

interface EmptyProps {
  readonly account: string
  readonly isFiltered: boolean
  readonly onClear: () => void
}

function Empty({ account, isFiltered, onClear }: EmptyProps) {
  if (isFiltered)
    return (
      <Stack align="flex-start">
        <Text>{words.deployments.noMatch}</Text>
        <Button onClick={onClear}>{words.deployments.clear}</Button>
      </Stack>
    )
  return (
    <>
      <Text>{words.deployments.none}</Text>
      <TemplateList account={account} filter={{ paid: false }} order="POPULAR" limit={3} empty={null} />
    </>
  )
}

const columnsOf = (account: string): readonly Column<DeploymentOfList>[] => {
  const { columns } = words.deployments
  return [
    {
      name: columns.name,
      cell: ({ hash, name, template }) => (
        <LinkAnchor to="/a/$account/deployments/$hash" params={{ account, hash }} inherit fw={600}>
          {name ?? template?.name ?? words.deployments.unnamed(hash.slice(-6))}
        </LinkAnchor>
      ),
    },
    { name: columns.template, cell: ({ template }) => template?.name },
    { name: columns.status, cell: ({ status }) => <DeploymentStatusBadge status={status} /> },
    { name: columns.agent, cell: ({ agent }) => <Presence presence={agent?.presence} /> },
    { name: columns.last, cell: ({ latestCommands }) => <LastCommand commands={latestCommands} /> },
    { name: columns.started, cell: ({ startedAt }) => <time dateTime={startedAt}>{date(startedAt)}</time> },
  ]
}

function LastCommand({ commands }: { readonly commands: DeploymentOfList['latestCommands'] }) {
  const last = commands.toSorted((one, other) => other.createdAt.localeCompare(one.createdAt))[0]
  if (!last)
    return (
      <Text size="sm" c="dimmed">
        {words.deployments.noCommand}
      </Text>
    )
  return (
    <Group gap="xs" wrap="nowrap">
      <code>{last.type}</code> <CommandStatusBadge status={last.status} />
    </Group>
  )
}
