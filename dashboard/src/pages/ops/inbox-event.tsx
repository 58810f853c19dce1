import { Button, List, Stack } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { ReplayWebhook, WebhookEvent } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { usePageAction } from '../../session/use-page-action.js'
import { DenialAlert } from '../../ui/act-dialog.js'
import { DetailList, JsonText } from '../../ui/detail-list.js'
import { count } from '../../ui/format.js'
import { Moment } from '../../ui/moment.js'
import { PageHeading } from '../../ui/page-heading.js'
import { Panel } from '../../ui/panel.js'
import { StatusBadge } from '../../ui/status-badge.js'
import { operationsWords } from '../../words/en/operations.js'
import { providerName } from './links.js'

const texts = operationsWords.inbox

/** One event of a provider: why it has its status, what it changed, and what was received. */
export function InboxEvent() {
  const { id = '' } = useParams({ strict: false }) as { id?: string }
  const query = useOperation(WebhookEvent, { id })
  const replay = usePageAction(ReplayWebhook)
  const event = query.data?.node?.__typename === 'WebhookEvent' ? query.data.node : null
  return (
    <Stack>
      <PageHeading>{event?.type ?? texts.event}</PageHeading>
      <Panel
        title={texts.event}
        query={query}
        actions={
          event && (
            <Button size="xs" variant="default" loading={replay.isPending} onClick={() => replay.run({ id })}>
              {texts.replay}
            </Button>
          )
        }
      >
        {() =>
          event ? (
            <Stack>
              <DenialAlert action={replay} />
              <DetailList
                items={[
                  [texts.state, <StatusBadge key="state" state={event.status} />],
                  [texts.reason, event.statusReason],
                  [texts.provider, providerName(event.provider)],
                  [texts.event, event.eventId],
                  [texts.attempts, count(event.attemptCount)],
                  [texts.received, <Moment key="received" at={event.receivedAt} />],
                  [texts.processed, event.processedAt && <Moment key="processed" at={event.processedAt} />],
                  [
                    texts.effects,
                    event.effects.length > 0 ? (
                      <List key="effects" size="sm">
                        {event.effects.map((effect) => (
                          <List.Item key={effect}>{effect}</List.Item>
                        ))}
                      </List>
                    ) : (
                      texts.noEffect
                    ),
                  ],
                ]}
              />
              <JsonText name={operationsWords.payload} value={event.payload} />
            </Stack>
          ) : (
            texts.missing
          )
        }
      </Panel>
    </Stack>
  )
}
