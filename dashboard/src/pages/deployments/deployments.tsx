import { Button, Group, Select, Stack, Table, Text, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { DeploymentFilter, DeploymentStatus } from '@stackgate/client'
import {
  Check,
  DeploymentEvents,
  Deployments as DeploymentsDocument,
  type DeploymentsData,
} from '@stackgate/client/documents'
import { useFollow } from '../../session/use-follow.js'
import { useOperation } from '../../session/use-operation.js'
import { usePages } from '../../session/use-pages.js'
import { DenialCard } from '../../ui/denial-card.js'
import { date } from '../../ui/format.js'
import { LinkAnchor } from '../../ui/link-anchor.js'
import { LinkButton } from '../../ui/link-button.js'
import { LiveBadge } from '../../ui/live-badge.js'
import { PageHeading } from '../../ui/page-heading.js'
import { Panel } from '../../ui/panel.js'
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
  const list = usePages(
    DeploymentsDocument,
    { account, filter, first: PAGE },
    ({ account: found }) => found?.deployments,
  )
  const readAgain = useDebouncedCallback(() => void queries.invalidateQueries({ queryKey: ['Deployments'] }), GATHER_MS)
  useFollow(
    DeploymentEvents,
    { account },
    {
      after: list.data?.[0]?.account?.deployments?.streamCursor,
      onItem: readAgain,
      onMissed: async () => {
        const { data } = await list.refetch()
        return data?.pages[0]?.account?.deployments?.streamCursor
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
      <Panel query={list} height={240}>
        {(pages) => {
          const nodes = pages.flatMap((page) => page.account?.deployments?.nodes ?? [])
          if (nodes.length === 0)
            return (
              <Empty
                account={account}
                isFiltered={isFiltered}
                onClear={() => change({ search: undefined, status: undefined })}
              />
            )
          return (
            <>
              <DeploymentTable account={account} deployments={nodes} />
              {list.hasNextPage && (
                <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                  {words.deployments.older}
                </Button>
              )}
            </>
          )
        }}
      </Panel>
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

interface DeploymentTableProps {
  readonly account: string
  readonly deployments: readonly DeploymentOfList[]
}

function DeploymentTable({ account, deployments }: DeploymentTableProps) {
  const { columns } = words.deployments
  return (
    <Table.ScrollContainer
      minWidth={640}
      scrollAreaProps={{
        viewportProps: { tabIndex: 0, role: 'region', 'aria-label': words.table(words.deployments.title) },
      }}
    >
      <Table>
        <Table.Thead>
          <Table.Tr>
            {Object.values(columns).map((name) => (
              <Table.Th key={name} scope="col">
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {deployments.map((deployment) => (
            <Row key={deployment.id} account={account} deployment={deployment} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

function Row({ account, deployment }: { readonly account: string; readonly deployment: DeploymentOfList }) {
  const { hash, name, template, status, agent, startedAt, latestCommands } = deployment
  const last = latestCommands.toSorted((one, other) => other.createdAt.localeCompare(one.createdAt))[0]
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={600}>
        <LinkAnchor to="/a/$account/deployments/$hash" params={{ account, hash }} inherit>
          {name ?? template?.name ?? words.deployments.unnamed(hash.slice(-6))}
        </LinkAnchor>
      </Table.Th>
      <Table.Td>{template?.name}</Table.Td>
      <Table.Td>
        <DeploymentStatusBadge status={status} />
      </Table.Td>
      <Table.Td>
        <Presence presence={agent?.presence} />
      </Table.Td>
      <Table.Td>
        {last ? (
          <Group gap="xs" wrap="nowrap">
            <code>{last.type}</code> <CommandStatusBadge status={last.status} />
          </Group>
        ) : (
          <Text size="sm" c="dimmed">
            {words.deployments.noCommand}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <time dateTime={startedAt}>{date(startedAt)}</time>
      </Table.Td>
    </Table.Tr>
  )
}
