import '../../ui/timeline.css'
import { Button, Stack, Text, Title } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { ReplayDelivery, WebhookDelivery, type WebhookDeliveryData } from '@stackgate/client/documents'
import { useOperation, useOperations } from '@stackgate/react/hooks'
import { useAction } from '../../session/use-action.js'
import { CodeExample } from '../../ui/code-example.js'
import { DetailList } from '../../ui/detail-list.js'
import { OutcomeText } from '../../ui/dialogs.js'
import { count } from '../../ui/format.js'
import { Moment } from '../../ui/moment.js'
import { PanelContent, Section } from '../../ui/panel.js'
import { words } from '../../words/en.js'
import { webhookWords } from '../../words/en/webhooks.js'
import { DeliveryState, outcomeText, WAITING_MS } from './delivery-state.js'

const texts = webhookWords.delivery

type Found = Extract<WebhookDeliveryData['node'], { readonly eventId: string }>

const foundIn = (data: WebhookDeliveryData | undefined): Found | null =>
  data?.node && 'payload' in data.node ? data.node : null

interface DeliveryPanelProps {
  readonly account: string
  readonly id: string
  readonly mayManage: boolean
  /** True if a person chose it, who sees only it on a phone. */
  readonly isChosen: boolean
  /** Returns to the list on a phone. */
  readonly onBack: () => void
}

/** A delivery: its attempts, its request and its response. */
export function DeliveryPanel({ account, id, mayManage, isChosen, onBack }: DeliveryPanelProps) {
  const delivery = useOperation(
    WebhookDelivery,
    { id },
    { refetchInterval: (data) => (foundIn(data)?.status === 'PENDING' ? WAITING_MS : false) },
  )
  const operations = useOperations()
  const replay = useAction(ReplayDelivery, () => void operations.refetch('WebhookDelivery', 'WebhookDeliveries'))
  const found = foundIn(delivery.data)
  const back = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    // On a phone it takes the place of the list, in which the focus was.
    if (isChosen && back.current?.checkVisibility()) back.current.focus()
  }, [isChosen])
  return (
    <div>
      <div className="split-back">
        <Button ref={back} variant="default" onClick={onBack}>
          {webhookWords.allDeliveries}
        </Button>
      </div>
      <Section
        title={found?.type ?? texts.title}
        isBusy={delivery.isPending}
        actions={
          mayManage &&
          found &&
          found.status !== 'PENDING' && (
            <Button size="xs" variant="default" loading={replay.isPending} onClick={() => replay.run({ id })}>
              {webhookWords.again}
            </Button>
          )
        }
      >
        <OutcomeText outcome={replay} account={account} />
        <PanelContent query={delivery} height={400}>
          {(data) => {
            const value = foundIn(data)
            return value ? <Details value={value} /> : <Text>{words.panel.missing}</Text>
          }}
        </PanelContent>
      </Section>
    </div>
  )
}

function Details({ value }: { readonly value: Found }) {
  const { status, eventId, createdAt, nextAttemptAt, attempts, payload } = value
  const last = attempts.at(-1)
  return (
    <Stack gap="lg">
      <DetailList
        items={[
          [webhookWords.filter, <DeliveryState key="state" status={status} />],
          [texts.created, <Moment key="created" at={createdAt} />],
          [texts.next, status === 'PENDING' && nextAttemptAt ? <Moment key="next" at={nextAttemptAt} /> : null],
        ]}
      />
      <Part title={texts.attempts}>
        {attempts.length === 0 ? (
          <Text size="sm">{texts.noAttempts}</Text>
        ) : (
          <ol className="timeline">
            {attempts.toReversed().map(({ at, statusCode, error, durationSeconds }) => (
              <li key={at} data-color={error === null ? 'green' : 'red'}>
                {outcomeText(statusCode, error)}
                <Text size="xs" c="dimmed">
                  <Moment at={at} /> · {texts.took(count(Math.round(durationSeconds * 1_000)))}
                </Text>
              </li>
            ))}
          </ol>
        )}
      </Part>
      <Part title={texts.request}>
        <DetailList
          items={[
            ['webhook-id', <code key="id">{eventId}</code>],
            ['webhook-timestamp', last && <code key="time">{Math.floor(Date.parse(last.at) / 1_000)}</code>],
          ]}
        />
        <CodeExample name={texts.payload} code={JSON.stringify(payload, null, 2)} />
      </Part>
      {last && last.statusCode !== null && (
        <Part title={texts.response}>
          {last.responseBody === null ? (
            <Text size="sm">{texts.noResponseBody}</Text>
          ) : (
            <CodeExample name={texts.responseBody} code={last.responseBody} />
          )}
        </Part>
      )}
    </Stack>
  )
}

const Part = ({ title, children }: { readonly title: string; readonly children: React.ReactNode }) => (
  <Stack gap="xs">
    <Title order={3} size="sm">
      {title}
    </Title>
    {children}
  </Stack>
)
