import { Button, Stack, Text } from '@mantine/core'
import { Suspense, useMemo, useState } from 'react'
import { WebhookEndpoints, type WebhookEndpointFields } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { CodeExample } from '../../ui/code-example.js'
import { SecretDialog } from '../../ui/dialogs.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { count } from '../../ui/format.js'
import { PageHeading } from '../../ui/page-heading.js'
import { Panel } from '../../ui/panel.js'
import { StateBadge } from '../../ui/state-badge.js'
import { allAtOnce } from '../../ui/use-cursor-pages.js'
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
  const endpointColumns = useMemo(() => columnsOf(account), [account])
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
            <DataTable
              name={webhookWords.endpoints}
              columns={endpointColumns}
              pages={allAtOnce(endpoints, found.access.webhookEndpoints)}
              empty=""
            />
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
      {secret && <SecretDialog secret={secret} text={webhookWords.secretOnce} onClose={() => setSecret(null)} />}
    </Stack>
  )
}

const { columns } = webhookWords

const columnsOf = (account: string): readonly Column<WebhookEndpointFields>[] => [
  {
    name: columns.url,
    by: ({ url }) => url,
    to: ({ id }) => `/a/${account}/webhooks/${id}`,
    cell: ({ url, description }) => (
      <>
        <span className="wrap">{url}</span>
        {description && (
          <Text size="xs" c="dimmed" className="second-line">
            {description}
          </Text>
        )}
      </>
    ),
  },
  { name: columns.events, by: ({ types }) => typesText(types) },
  {
    name: columns.state,
    isState: true,
    by: ({ enabled, failingSince }) => (enabled ? (failingSince ? 2 : 1) : 0),
    cell: (endpoint) => <EndpointState endpoint={endpoint} />,
  },
  { name: columns.waiting, isNumber: true, by: ({ deliveryCounts }) => deliveryCounts.pendingCount },
  { name: columns.dead, place: 'side', isNumber: true, by: ({ deliveryCounts }) => deliveryCounts.deadCount },
]

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
