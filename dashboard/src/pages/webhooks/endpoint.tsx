import { Alert, Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { useNavigate, useParams } from '@tanstack/react-router'
import { Suspense, useState } from 'react'
import {
  DeleteWebhookEndpoint,
  RotateWebhookSecret,
  TestWebhookEndpoint,
  UpdateWebhookEndpoint,
  WebhookEndpoints,
  type WebhookEndpointFields,
} from '@stackgate/client/documents'
import { useFilter } from '../../session/use-filter.js'
import { useAction } from '../../session/use-action.js'
import { useOperation, useOperations } from '@stackgate/react/hooks'
import { ActMenu } from '../../ui/act-menu.js'
import { CopyIcon } from '../../ui/copy-button.js'
import { ConfirmDialog, OutcomeText, SecretDialog } from '../../ui/dialogs.js'
import { date, moment } from '../../ui/format.js'
import { PageHeading } from '../../ui/page-heading.js'
import { Panel, Section } from '../../ui/panel.js'
import { words } from '../../words/en.js'
import { toast } from '../../ui/toast.js'
import { webhookWords } from '../../words/en/webhooks.js'
import { useAccount } from '../account/account-pages.js'
import { Deliveries } from './deliveries.js'
import { EndpointState, typesText } from './webhooks.js'
import { lazyPart } from '../../session/load-part.js'

const DeliveryHistory = lazyPart(() => import('./delivery-history.js'), 'DeliveryHistory')
const EndpointDialog = lazyPart(() => import('./endpoint-dialog.js'), 'EndpointDialog')

/** Height of the charts while they are loading, in pixels. */
const HISTORY = 292

/** Minimum height of the details, and their height while they are loading, in pixels. */
const DETAILS = 32

/** One endpoint with what was sent to it. */
export function WebhookEndpointPage() {
  const account = useAccount()
  const { endpoint: id = '' } = useParams({ strict: false })
  const endpoints = useOperation(WebhookEndpoints, { account })
  const endpoint = endpoints.data?.account?.access?.webhookEndpoints?.find((each) => each.id === id)
  const mayManage = endpoints.data?.account?.viewerCan.includes('WEBHOOKS_MANAGE') ?? false
  return (
    <Stack className="settling-first">
      <PageHeading behind={endpoint && <CopyIcon name={webhookWords.endpoint} text={endpoint.url} />}>
        {endpoint?.url ?? webhookWords.endpoint}
      </PageHeading>
      <Panel query={endpoints} height={DETAILS}>
        {() =>
          endpoint ? (
            <EndpointDetails account={account} endpoint={endpoint} mayManage={mayManage} />
          ) : (
            <Text>{words.panel.missing}</Text>
          )
        }
      </Panel>
      <Suspense
        fallback={<Section title={webhookWords.history.title} isBusy children={<Skeleton height={HISTORY} />} />}
      >
        <DeliveryHistory endpoint={id} height={HISTORY} />
      </Suspense>
      {!endpoints.isPending && (
        <Stack className="settled">
          <Deliveries account={account} endpoint={id} mayManage={mayManage} />
        </Stack>
      )}
    </Stack>
  )
}

interface EndpointDetailsProps {
  readonly account: string
  readonly endpoint: WebhookEndpointFields
  readonly mayManage: boolean
}

function EndpointDetails({ account, endpoint, mayManage }: EndpointDetailsProps) {
  const texts = webhookWords
  return (
    <Stack gap="sm" mih={DETAILS}>
      <Group justify="space-between" gap="sm">
        <Group gap="sm">
          <EndpointState endpoint={endpoint} />
          <Text size="sm" c="dimmed">
            {texts.types}: {typesText(endpoint.types)}
          </Text>
          {endpoint.description && <Text size="sm">{endpoint.description}</Text>}
        </Group>
        {mayManage && <EndpointActions account={account} endpoint={endpoint} />}
      </Group>
      {endpoint.disabledReason && <Alert color="orange">{texts.disabled(endpoint.disabledReason)}</Alert>}
      {endpoint.failingSince && <Alert color="orange">{texts.failingSince(moment(endpoint.failingSince))}</Alert>}
      {endpoint.previousSecretUntil && <Text size="sm">{texts.overlap(date(endpoint.previousSecretUntil))}</Text>}
    </Stack>
  )
}

function EndpointActions({ account, endpoint }: Omit<EndpointDetailsProps, 'mayManage'>) {
  const texts = webhookWords
  const operations = useOperations()
  const navigate = useNavigate()
  const [opened, setOpened] = useState<'edit' | 'rotate' | 'remove' | null>(null)
  const [secret, setSecret] = useState<string | null>(null)
  const refresh = () => {
    setOpened(null)
    void operations.refetch('WebhookEndpoints', 'WebhookDeliveries', 'WebhookDeliveryHistory')
  }
  const [, chooseDelivery] = useFilter('delivery')
  const test = useAction(TestWebhookEndpoint, ({ id }) => {
    refresh()
    chooseDelivery(id)
  })
  const toggle = useAction(UpdateWebhookEndpoint, refresh)
  const switchTo = async (enabled: boolean) => {
    await toggle.runAsync({ ...target, input: { enabled } })
    if (!enabled) toast({ text: texts.isOff, undo: () => toggle.run({ ...target, input: { enabled: true } }) })
  }
  const rotate = useAction(RotateWebhookSecret, (result) => {
    refresh()
    setSecret(result.secret)
  })
  const remove = useAction(DeleteWebhookEndpoint, () => {
    refresh()
    void navigate({ to: `/a/${account}/webhooks` })
  })
  const target = { id: endpoint.id }
  const common = { account, keep: texts.cancel, onClose: () => setOpened(null) }
  return (
    <Stack gap="xs">
      <Group gap="xs" wrap="nowrap" justify="flex-end">
        <Button size="sm" loading={test.isPending} onClick={() => test.run(target)}>
          {texts.test}
        </Button>
        <ActMenu
          isSmall
          name={words.table.actsOf(endpoint.url)}
          groups={[
            {
              acts: [
                { name: texts.edit, onOpen: () => setOpened('edit') },
                {
                  name: endpoint.enabled ? texts.turnOff : texts.turnOn,
                  onChoose: () => void switchTo(!endpoint.enabled).catch(() => undefined),
                },
                { name: texts.rotate, onOpen: () => setOpened('rotate') },
                { name: texts.remove, isDangerous: true, onOpen: () => setOpened('remove') },
              ],
            },
          ]}
        />
      </Group>
      <OutcomeText outcome={test} account={account} />
      <OutcomeText outcome={toggle} account={account} />
      {opened === 'edit' && (
        <Suspense>
          <EndpointDialog account={account} endpoint={endpoint} onClose={() => setOpened(null)} onSaved={refresh} />
        </Suspense>
      )}
      {opened === 'rotate' && (
        <ConfirmDialog
          {...common}
          title={texts.rotateTitle}
          text={texts.rotateText}
          action={texts.rotate}
          outcome={rotate}
          onConfirm={() => rotate.run(target)}
        />
      )}
      {opened === 'remove' && (
        <ConfirmDialog
          {...common}
          title={texts.removeTitle}
          text={texts.removeText}
          action={texts.remove}
          outcome={remove}
          isDangerous
          onConfirm={() => remove.run(target)}
        />
      )}
      {secret && <SecretDialog secret={secret} text={webhookWords.secretOnce} onClose={() => setSecret(null)} />}
    </Stack>
  )
}
