import type { WebhookDeliveryStatus } from '@stackgate/client'
import { Button, Group, Stack, Text } from '@mantine/core'
import { knownText } from '../../ui/known-text.js'
import { Select } from '../../ui/select.js'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import {
  ReplayDeliveries,
  ReplayDelivery,
  WebhookDeliveries,
  type WebhookDeliveriesData,
  type WebhookDeliveryFields,
} from '@stackgate/client/documents'
import { useAction } from '../../session/use-action.js'
import { useOperation } from '@stackgate/react/hooks'
import { OutcomeText } from '../../ui/dialogs.js'
import { CodeName } from '../../ui/detail-list.js'
import { count, moment } from '../../ui/format.js'
import { Moment } from '../../ui/moment.js'
import { Panel } from '../../ui/panel.js'
import { ScrollTable } from '../../ui/scroll-table.js'
import { StateBadge } from '../../ui/state-badge.js'
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
  const [first, setFirst] = useState(PAGE)
  const chosen = STATES.find((each) => each === state)
  const deliveries = useOperation(
    WebhookDeliveries,
    { account, endpoint, first, filter: chosen ? { statuses: [chosen as WebhookDeliveryStatus] } : null },
    { refetchInterval: (data) => (isWaiting(data) ? WAITING_MS : false) },
  )
  const search = (next: DeliverySearch) =>
    void navigate({ to: `/a/${account}/webhooks/${endpoint}`, search: next as never })
  const texts = webhookWords
  const { deliveryColumns: columns } = texts
  return (
    <>
      <Panel
        title={texts.deliveries}
        query={deliveries}
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
        {({ account: found }) =>
          found?.access?.webhookDeliveries?.nodes.length ? (
            <Stack gap="xs">
              <ScrollTable
                name={texts.deliveries}
                columns={[columns.type, columns.created, columns.state, columns.attempts, columns.last, columns.open]}
              >
                {found.access?.webhookDeliveries.nodes.map((each) => (
                  <DeliveryLine
                    key={each.id}
                    account={account}
                    value={each}
                    mayManage={mayManage}
                    onOpen={() => search({ ...(chosen ? { state: chosen } : {}), delivery: each.id })}
                  />
                ))}
              </ScrollTable>
              {found.access?.webhookDeliveries.pageInfo.hasNextPage && (
                <Button size="xs" variant="default" w="fit-content" onClick={() => setFirst(first + PAGE)}>
                  {texts.older}
                </Button>
              )}
            </Stack>
          ) : (
            <Text>{chosen ? texts.noneOfState : texts.noDeliveries}</Text>
          )
        }
      </Panel>
      {delivery && <DeliveryDialog id={delivery} onClose={() => search(chosen ? { state: chosen } : {})} />}
    </>
  )
}

interface DeliveryLineProps {
  readonly account: string
  readonly value: WebhookDeliveryFields
  readonly mayManage: boolean
  readonly onOpen: () => void
}

function DeliveryLine({ account, value, mayManage, onOpen }: DeliveryLineProps) {
  const { id, type, createdAt, status, attemptCount, lastStatusCode, lastError, nextAttemptAt } = value
  const replay = useAction(ReplayDelivery)
  const texts = webhookWords
  return (
    <tr>
      <td>
        <CodeName name={type} />
      </td>
      <td>
        <Moment at={createdAt} />
      </td>
      <td>
        <StateBadge color={knownText(COLORS, status) ?? 'gray'}>
          {knownText(texts.deliveryStates, status) ?? status}
        </StateBadge>
        {status === 'PENDING' && nextAttemptAt && (
          <Text size="xs" c="dimmed">
            {texts.next(moment(nextAttemptAt))}
          </Text>
        )}
      </td>
      <td>{count(attemptCount)}</td>
      <td>{lastStatusCode ? texts.status(String(lastStatusCode)) : lastError}</td>
      <td>
        <Group gap="xs" wrap="nowrap">
          <Button
            size="xs"
            variant="subtle"
            aria-label={texts.openNamed(type, moment(createdAt))}
            aria-haspopup="dialog"
            onClick={onOpen}
          >
            {texts.open}
          </Button>
          {mayManage && status !== 'PENDING' && (
            <Button size="xs" variant="subtle" loading={replay.isPending} onClick={() => replay.run({ id })}>
              {texts.again}
            </Button>
          )}
        </Group>
        <OutcomeText outcome={replay} account={account} />
      </td>
    </tr>
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
