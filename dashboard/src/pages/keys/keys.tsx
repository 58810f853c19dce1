import { Button, Group, Stack, Table, Text } from '@mantine/core'
import { useState } from 'react'
import { ApiKeys, RevokeApiKey, RotateApiKey, type ApiKeyFields } from '@stackgate/client/documents'
import { serverUrl } from '../../session/config.js'
import { useAction } from '../../session/use-action.js'
import { useOperation } from '../../session/use-operation.js'
import { CodeExample } from '../../ui/code-example.js'
import { ConfirmDialog, SecretDialog } from '../../ui/dialogs.js'
import { date, moment } from '../../ui/format.js'
import { LiveBadge } from '../../ui/live-badge.js'
import { PageHeading } from '../../ui/page-heading.js'
import { Panel } from '../../ui/panel.js'
import { ScrollTable } from '../../ui/scroll-table.js'
import { StateBadge } from '../../ui/shell.js'
import { words } from '../../words/en.js'
import { useAccount } from '../account/account-pages.js'
import { NewKeyDialog } from './new-key-dialog.js'

const exampleFor = (
  account: string,
): string => `const response = await fetch('${serverUrl('api/v1/entitlements/check').href}', {
  method: 'POST',
  headers: { authorization: \`Bearer \${process.env.STACKGATE_KEY}\`, 'content-type': 'application/json' },
  body: JSON.stringify({ account_id: '${account}', feature: 'deployments' }),
})`

/** Keys with which services call for the account. */
export function Keys() {
  const account = useAccount()
  const keys = useOperation(ApiKeys, { account })
  const [isCreating, setCreating] = useState(false)
  const [secret, setSecret] = useState<string | null>(null)
  const mayManage = keys.data?.account?.viewerCan.includes('KEYS_MANAGE') ?? false
  const changed = (next?: string | null) => {
    setCreating(false)
    if (next) setSecret(next)
    void keys.refetch()
  }
  return (
    <Stack>
      <PageHeading side={<LiveBadge />}>{words.keys.title}</PageHeading>
      <Text c="dimmed">{words.keys.lead}</Text>
      <Panel
        title={words.keys.title}
        query={keys}
        actions={mayManage && <Button onClick={() => setCreating(true)}>{words.keys.create}</Button>}
      >
        {({ account: found }) =>
          found?.apiKeys?.nodes.length ? (
            <KeyTable keys={found.apiKeys.nodes} account={account} mayManage={mayManage} onChange={changed} />
          ) : (
            <Text>{words.keys.none}</Text>
          )
        }
      </Panel>
      <details open={keys.data?.account?.apiKeys?.nodes.length === 0}>
        <summary>{words.keys.example}</summary>
        <CodeExample name={words.keys.example} code={exampleFor(account)} />
      </details>
      {isCreating && <NewKeyDialog account={account} onClose={() => setCreating(false)} onCreated={changed} />}
      {secret && <SecretDialog secret={secret} onClose={() => setSecret(null)} />}
    </Stack>
  )
}

interface KeyTableProps {
  readonly keys: readonly ApiKeyFields[]
  readonly account: string
  readonly mayManage: boolean
  /** Called after a change, with the new secret if there is one. */
  readonly onChange: (secret?: string | null) => void
}

function KeyTable({ keys, account, mayManage, onChange }: KeyTableProps) {
  const [opened, setOpened] = useState<{ readonly key: ApiKeyFields; readonly action: 'rotate' | 'revoke' } | null>(
    null,
  )
  const { columns } = words.keys
  const close = () => setOpened(null)
  return (
    <>
      <ScrollTable
        name={words.keys.title}
        columns={[columns.name, columns.scopes, columns.created, columns.used, columns.ends, columns.actions]}
      >
        {keys.map((key) => (
          <KeyLine key={key.id} value={key} mayManage={mayManage} onAsk={(action) => setOpened({ key, action })} />
        ))}
      </ScrollTable>
      {opened?.action === 'revoke' && (
        <RevokeDialog value={opened.key} account={account} onClose={close} onChange={onChange} />
      )}
      {opened?.action === 'rotate' && (
        <RotateDialog value={opened.key} account={account} onClose={close} onChange={onChange} />
      )}
    </>
  )
}

interface KeyLineProps {
  readonly value: ApiKeyFields
  readonly mayManage: boolean
  readonly onAsk: (action: 'rotate' | 'revoke') => void
}

function KeyLine({ value, mayManage, onAsk }: KeyLineProps) {
  const { name, prefix, scopes, createdAt, lastUsedAt, expiresAt, revokedAt } = value
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={500}>
          {name}
        </Text>
        <Text size="xs" c="dimmed" ff="monospace">
          {prefix}…
        </Text>
      </Table.Td>
      <Table.Td>
        {scopes.map((scope) => (
          <Text size="sm" key={scope}>
            {words.keys.scopeTexts[scope] ?? scope}
          </Text>
        ))}
      </Table.Td>
      <Table.Td>{date(createdAt)}</Table.Td>
      <Table.Td>{lastUsedAt ? moment(lastUsedAt) : words.keys.unused}</Table.Td>
      <Table.Td>{expiresAt ? date(expiresAt) : words.keys.noEnd}</Table.Td>
      <Table.Td>
        {revokedAt ? (
          <StateBadge color="gray">{words.keys.revoked}</StateBadge>
        ) : (
          mayManage && (
            <Group gap="xs" wrap="nowrap">
              <Button
                size="xs"
                variant="subtle"
                aria-label={words.keys.rotateNamed(name)}
                onClick={() => onAsk('rotate')}
              >
                {words.keys.rotate}
              </Button>
              <Button
                size="xs"
                variant="subtle"
                color="red"
                aria-label={words.keys.revokeNamed(name)}
                onClick={() => onAsk('revoke')}
              >
                {words.keys.revoke}
              </Button>
            </Group>
          )
        )}
      </Table.Td>
    </Table.Tr>
  )
}

interface KeyDialogProps {
  readonly value: ApiKeyFields
  readonly account: string
  readonly onClose: () => void
  readonly onChange: (secret?: string | null) => void
}

function RevokeDialog({ value, account, onClose, onChange }: KeyDialogProps) {
  const revoke = useAction(
    RevokeApiKey,
    () => {
      onChange()
      onClose()
    },
    { hasKey: false },
  )
  return (
    <ConfirmDialog
      title={words.keys.revokeTitle(value.name)}
      text={words.keys.revokeText}
      action={words.keys.revoke}
      keep={words.team.cancel}
      account={account}
      outcome={revoke}
      isDangerous
      onConfirm={() => revoke.run({ apiKeyId: value.id })}
      onClose={onClose}
    />
  )
}

function RotateDialog({ value, account, onClose, onChange }: KeyDialogProps) {
  const rotate = useAction(RotateApiKey, (result) => {
    if (result?.__typename !== 'RotateApiKeyPayload') return
    onChange(result.secret)
    onClose()
  })
  return (
    <ConfirmDialog
      title={words.keys.rotateTitle(value.name)}
      text={words.keys.rotateText}
      action={words.keys.rotate}
      keep={words.team.cancel}
      account={account}
      outcome={rotate}
      onConfirm={() => rotate.run({ apiKeyId: value.id })}
      onClose={onClose}
    />
  )
}
