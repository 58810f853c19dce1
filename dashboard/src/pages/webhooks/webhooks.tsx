import { Anchor, Button, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Suspense, useState } from 'react'
import { WebhookEndpoints, type WebhookEndpointFields } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { CodeExample } from '../../ui/code-example.js'
import { SecretDialog } from '../../ui/dialogs.js'
import { count } from '../../ui/format.js'
import { PageHeading } from '../../ui/page-heading.js'
import { Panel } from '../../ui/panel.js'
import { ScrollTable } from '../../ui/scroll-table.js'
import { StateBadge } from '../../ui/state-badge.js'
import { webhookWords } from '../../words/en/webhooks.js'
import { useAccount } from '../account/account-pages.js'
import { lazyPart } from '../../session/load-part.js'

const EndpointDialog = lazyPart(() => import('./endpoint-dialog.js'), 'EndpointDialog')

const EXAMPLE = `import { verifyWebhookRequest } from '@stackgate/client/webhooks'

const event = await verifyWebhookRequest(request, process.env.WEBHOOK_SECRET)
console.log(event.type, event.data)`

/** Endpoints to which the events of the account are sent. */
export function Webhooks() {
  const account = useAccount()
  const endpoints = useOperation(WebhookEndpoints, { account })
  const [isCreating, setCreating] = useState(false)
  const [secret, setSecret] = useState<string | null>(null)
  const mayManage = endpoints.data?.account?.viewerCan.includes('WEBHOOKS_MANAGE') ?? false
  return (
    <Stack>
      <PageHeading>{webhookWords.title}</PageHeading>
      <Text c="dimmed">{webhookWords.lead}</Text>
      <Panel
        title={webhookWords.endpoints}
        query={endpoints}
        actions={
          mayManage && (
            <Button aria-haspopup="dialog" onClick={() => setCreating(true)}>
              {webhookWords.create}
            </Button>
          )
        }
      >
        {({ account: found }) =>
          found?.access?.webhookEndpoints?.length ? (
            <EndpointTable account={account} endpoints={found.access?.webhookEndpoints} />
          ) : (
            <Stack gap="sm">
              <Text>{webhookWords.none}</Text>
              <CodeExample name={webhookWords.title} code={EXAMPLE} />
            </Stack>
          )
        }
      </Panel>
      {isCreating && (
        <Suspense>
          <EndpointDialog
            account={account}
            endpoint={null}
            onClose={() => setCreating(false)}
            onSaved={(created) => {
              setCreating(false)
              setSecret(created)
              void endpoints.refetch()
            }}
          />
        </Suspense>
      )}
      {secret && <SecretDialog secret={secret} onClose={() => setSecret(null)} />}
    </Stack>
  )
}

function EndpointTable({
  account,
  endpoints,
}: {
  readonly account: string
  readonly endpoints: readonly WebhookEndpointFields[]
}) {
  const { columns } = webhookWords
  return (
    <ScrollTable
      name={webhookWords.endpoints}
      columns={[columns.url, columns.events, columns.state, columns.waiting, columns.dead]}
      numbers={[columns.waiting, columns.dead]}
    >
      {endpoints.map((endpoint) => (
        <tr key={endpoint.id}>
          <td>
            <Anchor component={Link} to={`/a/${account}/webhooks/${endpoint.id}`} className="wrap">
              {endpoint.url}
            </Anchor>
            {endpoint.description && (
              <Text size="xs" c="dimmed">
                {endpoint.description}
              </Text>
            )}
          </td>
          <td>{typesText(endpoint.types)}</td>
          <td>
            <EndpointState endpoint={endpoint} />
          </td>
          <td data-number>{count(endpoint.deliveryCounts.pendingCount)}</td>
          <td data-number>{count(endpoint.deliveryCounts.deadCount)}</td>
        </tr>
      ))}
    </ScrollTable>
  )
}

export const typesText = (types: readonly string[]): string =>
  types.includes('*') ? webhookWords.allTypes : webhookWords.typeCount(types.length, count(types.length))

/** On, off or failing. */
export function EndpointState({ endpoint }: { readonly endpoint: WebhookEndpointFields }) {
  const { states } = webhookWords
  if (!endpoint.enabled) return <StateBadge color="gray">{states.off}</StateBadge>
  return endpoint.failingSince ? (
    <StateBadge color="orange">{states.failing}</StateBadge>
  ) : (
    <StateBadge color="green">{states.on}</StateBadge>
  )
}
