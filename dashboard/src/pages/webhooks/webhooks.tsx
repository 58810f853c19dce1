import { Anchor, Button, Stack, Table, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { WebhookEndpoints, type WebhookEndpointFields } from '@stackgate/client/documents'
import { useOperation } from '../../session/use-operation.js'
import { CodeExample } from '../../ui/code-example.js'
import { SecretDialog } from '../../ui/dialogs.js'
import { count } from '../../ui/format.js'
import { LiveBadge } from '../../ui/live-badge.js'
import { PageHeading } from '../../ui/page-heading.js'
import { Panel } from '../../ui/panel.js'
import { ScrollTable } from '../../ui/scroll-table.js'
import { StateBadge } from '../../ui/shell.js'
import { words } from '../../words/en.js'
import { useAccount } from '../account/account-pages.js'
import { EndpointDialog } from './endpoint-dialog.js'

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
      <PageHeading side={<LiveBadge />}>{words.webhooks.title}</PageHeading>
      <Text c="dimmed">{words.webhooks.lead}</Text>
      <Panel
        title={words.webhooks.endpoints}
        query={endpoints}
        actions={mayManage && <Button onClick={() => setCreating(true)}>{words.webhooks.create}</Button>}
      >
        {({ account: found }) =>
          found?.webhookEndpoints?.length ? (
            <EndpointTable account={account} endpoints={found.webhookEndpoints} />
          ) : (
            <Stack gap="sm">
              <Text>{words.webhooks.none}</Text>
              <CodeExample name={words.webhooks.title} code={EXAMPLE} />
            </Stack>
          )
        }
      </Panel>
      {isCreating && (
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
  const { columns } = words.webhooks
  return (
    <ScrollTable
      name={words.webhooks.endpoints}
      columns={[columns.url, columns.events, columns.state, columns.waiting, columns.dead]}
    >
      {endpoints.map((endpoint) => (
        <Table.Tr key={endpoint.id}>
          <Table.Td>
            <Anchor component={Link} to={`/a/${account}/webhooks/${endpoint.id}`} className="wrap">
              {endpoint.url}
            </Anchor>
            {endpoint.description && (
              <Text size="xs" c="dimmed">
                {endpoint.description}
              </Text>
            )}
          </Table.Td>
          <Table.Td>{typesText(endpoint.types)}</Table.Td>
          <Table.Td>
            <EndpointState endpoint={endpoint} />
          </Table.Td>
          <Table.Td>{count(endpoint.deliveryCounts.pendingCount)}</Table.Td>
          <Table.Td>{count(endpoint.deliveryCounts.deadCount)}</Table.Td>
        </Table.Tr>
      ))}
    </ScrollTable>
  )
}

export const typesText = (types: readonly string[]): string =>
  types.includes('*') ? words.webhooks.allTypes : words.webhooks.typeCount(types.length, count(types.length))

/** On, off or failing. */
export function EndpointState({ endpoint }: { readonly endpoint: WebhookEndpointFields }) {
  const { states } = words.webhooks
  if (!endpoint.enabled) return <StateBadge color="gray">{states.off}</StateBadge>
  return endpoint.failingSince ? (
    <StateBadge color="orange">{states.failing}</StateBadge>
  ) : (
    <StateBadge color="green">{states.on}</StateBadge>
  )
}
