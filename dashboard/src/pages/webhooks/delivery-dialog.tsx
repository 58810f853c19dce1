import { List, Stack, Text } from '@mantine/core'
import { WebhookDelivery, type WebhookDeliveryData } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { CodeExample } from '../../ui/code-example.js'
import { Dialog } from '../../ui/dialog.js'
import { count } from '../../ui/format.js'
import { Moment } from '../../ui/moment.js'
import { PanelContent } from '../../ui/panel.js'
import { words } from '../../words/en.js'
import { webhookWords } from '../../words/en/webhooks.js'

type Found = Extract<WebhookDeliveryData['node'], { readonly eventId: string }>

/** Content of a delivery, and each try. */
export function DeliveryDialog({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const delivery = useOperation(WebhookDelivery, { id })
  const found = delivery.data?.node
  const texts = webhookWords.delivery
  return (
    <Dialog
      title={found && 'payload' in found ? texts.title(found.type) : webhookWords.deliveries}
      onClose={onClose}
      size="lg"
    >
      <PanelContent query={delivery} height={240}>
        {({ node }) =>
          node && 'payload' in node ? <DeliveryDetails value={node} /> : <Text>{words.panel.missing}</Text>
        }
      </PanelContent>
    </Dialog>
  )
}

function DeliveryDetails({ value }: { readonly value: Found }) {
  const texts = webhookWords.delivery
  return (
    <Stack gap="sm">
      <Text size="sm" className="wrap">
        {texts.event}: <code>{value.eventId}</code>
      </Text>
      <Text fw={500}>{texts.tries}</Text>
      {value.attempts.length === 0 && <Text size="sm">{texts.noTries}</Text>}
      <List type="ordered" size="sm">
        {value.attempts.map(({ at, statusCode, error, durationSeconds }) => (
          <List.Item key={at}>
            <Moment at={at} />: {statusCode ? webhookWords.status(String(statusCode)) : error},{' '}
            {texts.took(count(Math.round(durationSeconds * 1_000)))}
          </List.Item>
        ))}
      </List>
      <Text fw={500}>{texts.payload}</Text>
      <CodeExample name={texts.payload} code={JSON.stringify(value.payload, null, 2)} />
    </Stack>
  )
}
