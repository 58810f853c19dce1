import '../../ui/split.css'
import IconSend from 'icon:send'
import type { WebhookDeliveryStatus } from '@stackgate/client'
import { Button, Group, Skeleton, Text } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { Suspense, useEffect, useRef, useState, type KeyboardEvent } from 'react'
import {
  ReplayDeliveries,
  ReplayDelivery,
  WebhookDeliveries,
  type WebhookDeliveriesData,
  type WebhookDeliveryFields,
} from '@stackgate/client/documents'
import { useAction } from '../../session/use-action.js'
import { lazyPart } from '../../session/load-part.js'
import { useSession } from '../../session/session-context.js'
import { useFilter } from '../../session/use-filter.js'
import { Bulk, SelectBox } from '../../ui/bulk.js'
import { OutcomeText } from '../../ui/dialogs.js'
import { CodeName } from '../../ui/detail-list.js'
import { Empty } from '../../ui/empty.js'
import { count, moment } from '../../ui/format.js'
import { ListBar, type ListFilter } from '../../ui/list-bar.js'
import { MachineClock, ShortMoment } from '../../ui/moment.js'
import { Panel, Section } from '../../ui/panel.js'
import { useCursorPages } from '../../ui/use-cursor-pages.js'
import { words } from '../../words/en.js'
import { webhookWords as texts } from '../../words/en/webhooks.js'
import { DeliveryState, outcomeText, WAITING_MS } from './delivery-state.js'

const DeliveryPanel = lazyPart(() => import('./delivery-panel.js'), 'DeliveryPanel')

const PAGE = 25

const choices = (names: Readonly<Record<string, string>>) =>
  Object.entries(names).map(([value, label]) => ({ value, label }))
const STATUS: ListFilter = { name: 'state', label: texts.filter, data: choices(texts.deliveryStates) }
const TYPE: ListFilter = { name: 'type', label: texts.types, data: choices(texts.groupNames) }
const FILTERS = [STATUS, TYPE]

/** The value of a filter in the address, if it is one of its choices. */
function useChoice({ name, data = [] }: ListFilter): string | undefined {
  const [value] = useFilter(name)
  return data.find((each) => each.value === value)?.value
}

const isWaiting = (data: WebhookDeliveriesData | undefined): boolean =>
  data?.account?.access?.webhookDeliveries?.nodes.some(({ status }) => status === 'PENDING') ?? false

const nameOf = ({ type, createdAt }: WebhookDeliveryFields): string => `${type}, ${moment(createdAt)}`
const hasEnded = ({ status }: WebhookDeliveryFields): boolean => status !== 'PENDING'
const never = (): boolean => false

/** The place of a delivery until it is known which one is shown. */
const LOADING = (
  <Section>
    <Skeleton height={400} />
  </Section>
)

interface DeliveriesProps {
  readonly account: string
  readonly endpoint: string
  readonly mayManage: boolean
}

/** The deliveries to an endpoint, and next to them one with its attempts. The filters and the chosen delivery are in the address. */
export function Deliveries({ account, endpoint, mayManage }: DeliveriesProps) {
  const { client } = useSession()
  const [delivery, choose] = useFilter('delivery')
  const status = useChoice(STATUS)
  const group = useChoice(TYPE)
  const filter = {
    ...(status && { statuses: [status as WebhookDeliveryStatus] }),
    ...(group && { types: [`${group}.*`] }),
  }
  const pages = useCursorPages(
    WebhookDeliveries,
    { account, endpoint, first: PAGE, filter },
    (data) => data.account?.access?.webhookDeliveries,
    { refetchInterval: (data) => (isWaiting(data) ? WAITING_MS : false) },
  )
  const rows = pages.pieces.flat()
  const [unchosen, keep] = useUnchosen(rows, JSON.stringify(filter))
  const shown = delivery || unchosen
  const list = useRef<HTMLDivElement>(null)
  const [isBack, setBack] = useState(false)
  useEffect(() => {
    if (!isBack || delivery) return
    list.current?.querySelector<HTMLElement>('a[tabindex="0"]')?.focus()
    setBack(false)
  }, [isBack, delivery])
  const goBack = () => {
    keep(delivery)
    setBack(true)
    choose(null)
  }
  return (
    <>
      <ListBar name={texts.deliveries} filters={FILTERS}>
        {mayManage && <ReplayDead account={account} endpoint={endpoint} />}
      </ListBar>
      <div className="split" ref={list} data-chosen={delivery !== '' || undefined}>
        <Panel title={texts.deliveries} hint={<MachineClock />} query={pages.query} height={400}>
          {() =>
            rows.length === 0 ? (
              <Empty icon={IconSend}>{status || group ? texts.noneOfFilter : texts.noDeliveries}</Empty>
            ) : (
              <Bulk
                rows={rows}
                nameOf={nameOf}
                isSelectable={mayManage ? hasEnded : never}
                acts={[{ label: texts.again, run: ({ id }) => client.mutate(ReplayDelivery, { id }) }]}
              >
                <DeliveryList rows={rows} shown={shown} onOlder={pages.hasOlder ? pages.loadOlder : null} />
              </Bulk>
            )
          }
        </Panel>
        {shown ? (
          <Suspense fallback={LOADING}>
            <DeliveryPanel
              key={shown}
              account={account}
              id={shown}
              mayManage={mayManage}
              isChosen={delivery !== ''}
              onBack={goBack}
            />
          </Suspense>
        ) : (
          pages.query.isPending && LOADING
        )}
      </div>
    </>
  )
}

/**
 * The delivery that is shown without a choice: the newest one when the list was first read, so that a later one does not take its place under the
 * eyes of the reader, or the one that was kept.
 */
function useUnchosen(rows: readonly WebhookDeliveryFields[], of: string) {
  const [kept, setKept] = useState({ of: '', id: '' })
  const newest = rows[0]?.id
  if (newest !== undefined && kept.of !== of) setKept({ of, id: newest })
  return [kept.of === of ? kept.id : '', (id: string) => setKept({ of, id })] as const
}

interface DeliveryListProps {
  readonly rows: readonly WebhookDeliveryFields[]
  /** ID of the delivery that is shown. */
  readonly shown: string
  readonly onOlder: (() => void) | null
}

/** Keys that move in the list, with the direction. */
const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }

/** Deliveries below each other. One of them is a stop of the tab key; the arrow keys choose another one. */
function DeliveryList({ rows, shown, onOlder }: DeliveryListProps) {
  const navigate = useNavigate()
  const stop = rows.find(({ id }) => id === shown)?.id ?? rows[0]!.id
  const move = (event: KeyboardEvent<HTMLUListElement>) => {
    const links = [...event.currentTarget.querySelectorAll('a')]
    const position = links.indexOf(document.activeElement as HTMLAnchorElement)
    const next = rows[position + (STEPS[event.key] ?? 0)]
    if (position < 0 || !next || !STEPS[event.key]) return
    event.preventDefault()
    links[rows.indexOf(next)]?.focus()
    void navigate({ to: '.', search: chosen(next.id), replace: true, resetScroll: false })
  }
  return (
    <>
      <ul className="rows split-rows" aria-label={texts.deliveries} onKeyDown={move}>
        {rows.map((row) => (
          <li key={row.id}>
            <SelectBox id={row.id} name={nameOf(row)} />
            <DeliveryLink row={row} shown={shown} stop={stop} />
          </li>
        ))}
      </ul>
      {onOlder && (
        <Button size="xs" variant="default" mt="sm" onClick={onOlder}>
          {words.older}
        </Button>
      )}
    </>
  )
}

interface DeliveryLinkProps {
  readonly row: WebhookDeliveryFields
  readonly shown: string
  /** ID of the delivery that is a stop of the tab key. */
  readonly stop: string
}

function DeliveryLink({ row, shown, stop }: DeliveryLinkProps) {
  const { id, type, status, createdAt, lastStatusCode, lastError } = row
  return (
    <Link
      className="row"
      to="."
      search={chosen(id)}
      resetScroll={false}
      tabIndex={id === stop ? 0 : -1}
      aria-current={id === shown ? 'true' : undefined}
    >
      <span className="row-name">
        <CodeName name={type} />
      </span>
      <DeliveryState status={status} />
      <Text size="xs" c="dimmed" span className="row-line">
        <ShortMoment at={createdAt} />
        {(lastStatusCode || lastError) && ` · ${outcomeText(lastStatusCode, lastError)}`}
      </Text>
    </Link>
  )
}

const chosen = (delivery: string) => ((old: object) => ({ ...old, delivery })) as never

function ReplayDead({ account, endpoint }: { readonly account: string; readonly endpoint: string }) {
  const [replayed, setReplayed] = useState<number | null>(null)
  const replay = useAction(ReplayDeliveries, (result) => {
    setReplayed(result.replayedCount)
  })
  return (
    <Group gap="xs">
      {replayed !== null && (
        <Text size="sm" role="status">
          {texts.replayed(replayed, count(replayed))}
        </Text>
      )}
      <OutcomeText outcome={replay} account={account} />
      <Button
        variant="default"
        loading={replay.isPending}
        onClick={() => replay.run({ input: { accountId: account, webhookEndpointId: endpoint, statuses: ['DEAD'] } })}
      >
        {texts.replayDead}
      </Button>
    </Group>
  )
}
