import type { WebhookDeliveryStatus } from '@stackgate/client'
import { Button, Group, Text } from '@mantine/core'
import { knownText } from '../../ui/known-text.js'
import { Select } from '../../ui/select.js'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import {
  ReplayDeliveries,
  ReplayDelivery,
  WebhookDeliveries,
  type WebhookDeliveriesData,
  type WebhookDeliveryFields,
} from '@stackgate/client/documents'
import { useAction } from '../../session/use-action.js'
import { OutcomeText } from '../../ui/dialogs.js'
import { CodeName } from '../../ui/detail-list.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { count, moment } from '../../ui/format.js'
import { Moment } from '../../ui/moment.js'
import { Panel } from '../../ui/panel.js'
import { StateBadge } from '../../ui/state-badge.js'
import { useCursorPages } from '../../ui/use-cursor-pages.js'
import { webhookWords } from '../../words/en/webhooks.js'
import { DeliveryDialog } from './delivery-dialog.js'

type Status = WebhookDeliveryFields['status']

const STATES: readonly Status[] = ['PENDING', 'DELIVERED', 'DEAD']
const COLORS: Readonly<Record<Status, string>> = { PENDING: 'blue', DELIVERED: 'green', DEAD: 'red' }
const PAGE = 25
/** Tries of deliveries are not announced by events. */
const WAITING_MS = 3_000

const isWaiting = (data: WebhookDeliveriesData | undefined): boolean =>
  data?.account?.access?.webhookDeliveries?.nodes.some(({ status }) => status === 'PENDING') ?? false

interface DeliveriesProps {
  readonly account: string
  readonly endpoint: string
  readonly mayManage: boolean
}

/** Search parameters of the page, so that a delivery can be linked. */
interface DeliverySearch {
  readonly state?: string
  readonly delivery?: string
}

export function Deliveries({ account, endpoint, mayManage }: DeliveriesProps) {
  const { state, delivery } = useSearch({ strict: false }) as DeliverySearch
  const navigate = useNavigate()
  const chosen = STATES.find((each) => each === state)
  const pages = useCursorPages(
    WebhookDeliveries,
    { account, endpoint, first: PAGE, filter: chosen ? { statuses: [chosen as WebhookDeliveryStatus] } : null },
    (data) => data.account?.access?.webhookDeliveries,
    { refetchInterval: (data) => (isWaiting(data) ? WAITING_MS : false) },
  )
  const search = (next: DeliverySearch) =>
    void navigate({ to: `/a/${account}/webhooks/${endpoint}`, search: next as never })
  const columns = useMemo(
    () =>
      columnsWith(
        account,
        mayManage,
        (id) => void navigate({ to: '.', search: ((old: object) => ({ ...old, delivery: id })) as never }),
      ),
    [account, mayManage, navigate],
  )
  const texts = webhookWords
  return (
    <>
      <Panel
        title={texts.deliveries}
        query={pages.query}
        height={200}
        actions={
          <Group gap="xs">
            {mayManage && <ReplayDead account={account} endpoint={endpoint} />}
            <Select
              size="xs"
              w={140}
              aria-label={texts.filter}
              data={[
                { value: '', label: texts.all },
                ...STATES.map((value) => ({ value, label: texts.deliveryStates[value]! })),
              ]}
              value={chosen ?? ''}
              onChange={(value) => search(value ? { state: value } : {})}
            />
          </Group>
        }
      >
        {() => (
          <DataTable
            name={texts.deliveries}
            columns={columns}
            pages={pages}
            empty={chosen ? texts.noneOfState : texts.noDeliveries}
          />
        )}
      </Panel>
      {delivery && <DeliveryDialog id={delivery} onClose={() => search(chosen ? { state: chosen } : {})} />}
    </>
  )
}

const { deliveryColumns: names } = webhookWords

const columnsWith = (
  account: string,
  mayManage: boolean,
  onOpen: (id: string) => void,
): readonly Column<WebhookDeliveryFields>[] => [
  { name: names.type, by: ({ type }) => type, cell: ({ type }) => <CodeName name={type} /> },
  { name: names.created, by: ({ createdAt }) => createdAt, cell: ({ createdAt }) => <Moment at={createdAt} /> },
  {
    name: names.state,
    by: ({ status }) => status,
    cell: ({ status, nextAttemptAt }) => (
      <>
        <StateBadge color={knownText(COLORS, status) ?? 'gray'}>
          {knownText(webhookWords.deliveryStates, status) ?? status}
        </StateBadge>
        {status === 'PENDING' && nextAttemptAt && (
          <Text size="xs" c="dimmed">
            {webhookWords.next(moment(nextAttemptAt))}
          </Text>
        )}
      </>
    ),
  },
  { name: names.attempts, isNumber: true, by: ({ attemptCount }) => attemptCount },
  {
    name: names.last,
    by: ({ lastStatusCode, lastError }) => (lastStatusCode ? webhookWords.status(String(lastStatusCode)) : lastError),
  },
  {
    name: names.open,
    cell: (delivery) => <Acts account={account} value={delivery} mayManage={mayManage} onOpen={onOpen} />,
  },
]

interface ActsProps {
  readonly account: string
  readonly value: WebhookDeliveryFields
  readonly mayManage: boolean
  readonly onOpen: (id: string) => void
}

function Acts({ account, value: { id, type, createdAt, status }, mayManage, onOpen }: ActsProps) {
  const replay = useAction(ReplayDelivery)
  return (
    <>
      <Group gap="xs" wrap="nowrap">
        <Button
          size="compact-xs"
          variant="subtle"
          aria-label={webhookWords.openNamed(type, moment(createdAt))}
          aria-haspopup="dialog"
          onClick={() => onOpen(id)}
        >
          {webhookWords.open}
        </Button>
        {mayManage && status !== 'PENDING' && (
          <Button size="compact-xs" variant="subtle" loading={replay.isPending} onClick={() => replay.run({ id })}>
            {webhookWords.again}
          </Button>
        )}
      </Group>
      <OutcomeText outcome={replay} account={account} />
    </>
  )
}

function ReplayDead({ account, endpoint }: { readonly account: string; readonly endpoint: string }) {
  const [replayed, setReplayed] = useState<number | null>(null)
  const replay = useAction(ReplayDeliveries, (result) => {
    setReplayed(result.replayedCount)
  })
  return (
    <Group gap="xs">
      {replayed !== null && (
        <Text size="sm" role="status">
          {webhookWords.replayed(replayed, count(replayed))}
        </Text>
      )}
      <OutcomeText outcome={replay} account={account} />
      <Button
        size="xs"
        variant="default"
        loading={replay.isPending}
        onClick={() => replay.run({ input: { accountId: account, webhookEndpointId: endpoint, statuses: ['DEAD'] } })}
      >
        {webhookWords.replayDead}
      </Button>
    </Group>
  )
}
