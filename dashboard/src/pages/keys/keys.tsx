import { Button, Group, Stack, Text } from '@mantine/core'
import { Suspense, useState } from 'react'
import { ApiKeys, Installation, RevokeApiKey, RotateApiKey, type ApiKeyFields } from '@stackgate/client/documents'
import { serverUrl } from '../../session/config.js'
import { useAction } from '../../session/use-action.js'
import { useOperation } from '@stackgate/react/hooks'
import { Empty } from '../../ui/empty.js'
import { CodeExample } from '../../ui/code-example.js'
import { ConfirmDialog, SecretDialog } from '../../ui/dialogs.js'
import { date } from '../../ui/format.js'
import { Moment } from '../../ui/moment.js'
import { PageHeading } from '../../ui/page-heading.js'
import { Panel } from '../../ui/panel.js'
import { ScrollTable } from '../../ui/scroll-table.js'
import { StateBadge } from '../../ui/state-badge.js'
import { keyWords } from '../../words/en/keys.js'
import { teamWords } from '../../words/en/team.js'
import { useAccount } from '../account/account-pages.js'
import { lazyPart } from '../../session/load-part.js'

const NewKeyDialog = lazyPart(() => import('./new-key-dialog.js'), 'NewKeyDialog')

const exampleFor = (
  account: string,
  feature: string,
): string => `const response = await fetch('${serverUrl('api/v1/entitlements/check').href}', {
  method: 'POST',
  headers: { authorization: \`Bearer \${process.env.STACKGATE_KEY}\`, 'content-type': 'application/json' },
  body: JSON.stringify({ account_id: '${account}', feature: '${feature}' }),
})`

/** Keys with which services call for the account. */
export function Keys() {
  const account = useAccount()
  const keys = useOperation(ApiKeys, { account })
  const feature = useOperation(Installation, {}).data?.installation.features[0]?.code
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
      <PageHeading>{keyWords.title}</PageHeading>
      <Text c="dimmed">{keyWords.lead}</Text>
      <Panel
        title={keyWords.title}
        query={keys}
        actions={
          mayManage && (
            <Button aria-haspopup="dialog" onClick={() => setCreating(true)}>
              {keyWords.create}
            </Button>
          )
        }
      >
        {({ account: found }) =>
          found?.access?.apiKeys?.nodes.length ? (
            <KeyTable keys={found.access?.apiKeys.nodes} account={account} mayManage={mayManage} onChange={changed} />
          ) : (
            <Empty>{keyWords.none}</Empty>
          )
        }
      </Panel>
      {!keys.isPending && feature && (
        <details open={keys.data?.account?.access?.apiKeys?.nodes.length === 0}>
          <summary>{keyWords.example}</summary>
          <CodeExample name={keyWords.example} code={exampleFor(account, feature)} />
        </details>
      )}
      <Suspense>
        {isCreating && <NewKeyDialog account={account} onClose={() => setCreating(false)} onCreated={changed} />}
      </Suspense>
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
  const { columns } = keyWords
  const close = () => setOpened(null)
  return (
    <>
      <ScrollTable
        name={keyWords.title}
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
    <tr>
      <td>
        <Text fw={500}>{name}</Text>
        <Text size="xs" c="dimmed" ff="monospace">
          {prefix}…
        </Text>
      </td>
      <td>
        {scopes.map((scope) => (
          <Text size="sm" key={scope}>
            {keyWords.scopeTexts[scope] ?? scope}
          </Text>
        ))}
      </td>
      <td>{date(createdAt)}</td>
      <td>{lastUsedAt ? <Moment at={lastUsedAt} /> : keyWords.unused}</td>
      <td>{expiresAt ? date(expiresAt) : keyWords.noEnd}</td>
      <td>
        {revokedAt ? (
          <StateBadge color="gray">{keyWords.revoked}</StateBadge>
        ) : (
          mayManage && (
            <Group gap="xs" wrap="nowrap">
              <Button
                size="xs"
                variant="subtle"
                aria-label={keyWords.rotateNamed(name)}
                aria-haspopup="dialog"
                onClick={() => onAsk('rotate')}
              >
                {keyWords.rotate}
              </Button>
              <Button
                size="xs"
                variant="subtle"
                color="red"
                aria-label={keyWords.revokeNamed(name)}
                aria-haspopup="dialog"
                onClick={() => onAsk('revoke')}
              >
                {keyWords.revoke}
              </Button>
            </Group>
          )
        )}
      </td>
    </tr>
  )
}

interface KeyDialogProps {
  readonly value: ApiKeyFields
  readonly account: string
  readonly onClose: () => void
  readonly onChange: (secret?: string | null) => void
}

function RevokeDialog({ value, account, onClose, onChange }: KeyDialogProps) {
  const revoke = useAction(RevokeApiKey, () => {
    onChange()
    onClose()
  })
  return (
    <ConfirmDialog
      title={keyWords.revokeTitle(value.name)}
      text={keyWords.revokeText}
      action={keyWords.revoke}
      keep={teamWords.cancel}
      account={account}
      outcome={revoke}
      isDangerous
      onConfirm={() => revoke.run({ id: value.id })}
      onClose={onClose}
    />
  )
}

function RotateDialog({ value, account, onClose, onChange }: KeyDialogProps) {
  const rotate = useAction(RotateApiKey, (result) => {
    onChange(result.secret)
    onClose()
  })
  return (
    <ConfirmDialog
      title={keyWords.rotateTitle(value.name)}
      text={keyWords.rotateText}
      action={keyWords.rotate}
      keep={teamWords.cancel}
      account={account}
      outcome={rotate}
      onConfirm={() => rotate.run({ id: value.id })}
      onClose={onClose}
    />
  )
}
