import '@mantine/core/styles/InlineInput.css'
import '@mantine/core/styles/CheckboxIndicator.css'
import '@mantine/core/styles/Checkbox.css'
import '@mantine/core/styles/RadioIndicator.css'
import '@mantine/core/styles/Radio.css'
import { Checkbox, Radio, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import {
  CreateWebhookEndpoint,
  Installation,
  UpdateWebhookEndpoint,
  type WebhookEndpointFields,
} from '@stackgate/client/documents'
import { useAction } from '../../session/use-action.js'
import { useOperation } from '@stackgate/react/hooks'
import { Dialog } from '../../ui/dialog.js'
import { FormFooter } from '../../ui/dialogs.js'
import { PanelContent } from '../../ui/panel.js'
import { webhookWords } from '../../words/en/webhooks.js'

interface EndpointDialogProps {
  readonly account: string
  /** Null: a new one. */
  readonly endpoint: WebhookEndpointFields | null
  readonly onClose: () => void
  /** Called with the secret of a new endpoint. */
  readonly onSaved: (secret: string | null) => void
}

/** Creates or changes an endpoint. */
export function EndpointDialog({ account, endpoint, onClose, onSaved }: EndpointDialogProps) {
  const [url, setUrl] = useState(endpoint?.url ?? '')
  const [description, setDescription] = useState(endpoint?.description ?? '')
  const [isAll, setAll] = useState(endpoint === null || endpoint.types.includes('*'))
  const [types, setTypes] = useState<readonly string[]>(endpoint?.types.filter((type) => type !== '*') ?? [])
  const create = useAction(CreateWebhookEndpoint, (result) => {
    onSaved(result.secret)
  })
  const update = useAction(UpdateWebhookEndpoint, () => onSaved(null))
  const action = endpoint ? update : create
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const values = { url, description, types: isAll ? ['*'] : types }
    if (endpoint) update.run({ id: endpoint.id, input: values })
    else create.run({ input: { ...values, accountId: account } })
  }
  const texts = webhookWords
  return (
    <Dialog title={endpoint ? texts.editTitle : texts.createTitle} onClose={onClose} size="lg">
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={texts.url}
            description={texts.urlHint}
            type="url"
            required
            data-autofocus
            value={url}
            onChange={(event) => setUrl(event.currentTarget.value)}
          />
          <TextInput
            label={texts.description}
            maxLength={200}
            value={description}
            onChange={(event) => setDescription(event.currentTarget.value)}
          />
          <Radio.Group label={texts.types} value={isAll ? 'all' : 'some'} onChange={(value) => setAll(value === 'all')}>
            <Stack gap="xs" mt="xs">
              <Radio value="all" label={texts.allTypes} />
              <Radio value="some" label={texts.someTypes} />
            </Stack>
          </Radio.Group>
          {!isAll && <TypeChoice types={types} onChange={setTypes} />}
          <FormFooter
            outcome={action}
            account={account}
            cancel={texts.cancel}
            submit={endpoint ? texts.save : texts.submit}
            isDisabled={!isAll && types.length === 0}
            onClose={onClose}
          />
        </Stack>
      </form>
    </Dialog>
  )
}

interface TypeChoiceProps {
  readonly types: readonly string[]
  readonly onChange: (types: readonly string[]) => void
}

/** Groups of event types: `invoice.*` contains `invoice.payment_failed`. Single types that were chosen by the API stay chosen. */
function TypeChoice({ types, onChange }: TypeChoiceProps) {
  const installation = useOperation(Installation, {})
  const { groupNames } = webhookWords
  return (
    <PanelContent query={installation} height={200}>
      {({ installation: { eventTypes } }) => {
        const known = new Set(eventTypes.map(({ type }) => type.split('.')[0]!))
        const groups = Object.keys(groupNames).filter((group) => known.has(group))
        const single = types.filter((type) => !type.endsWith('.*'))
        return (
          <Checkbox.Group
            label={webhookWords.groups}
            description={webhookWords.typesHint}
            value={[...types]}
            onChange={(next) => onChange(next)}
          >
            <SimpleGrid cols={{ base: 1, xs: 2 }} mt="xs" spacing="xs" verticalSpacing="xs">
              {groups.map((group) => (
                <Checkbox key={group} value={`${group}.*`} label={groupNames[group]} />
              ))}
              {single.map((type) => (
                <Checkbox key={type} value={type} label={type} />
              ))}
            </SimpleGrid>
          </Checkbox.Group>
        )
      }}
    </PanelContent>
  )
}
