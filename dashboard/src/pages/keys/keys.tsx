import IconKey from 'icon:key'
import { Button, Stack, Text } from '@mantine/core'
import { Suspense, useMemo, useState, type ComponentType } from 'react'
import { ApiKeys, Installation, RevokeApiKey, RotateApiKey, type ApiKeyFields } from '@stackgate/client/documents'
import { serverUrl } from '../../session/config.js'
import { useAction } from '../../session/use-action.js'
import { useOperation } from '@stackgate/react/hooks'
import { actColumn } from '../../ui/act-menu.js'
import { CodeExample } from '../../ui/code-example.js'
import { ConfirmDialog, SecretDialog } from '../../ui/dialogs.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { date } from '../../ui/format.js'
import { Empty } from '../../ui/empty.js'
import { Moment } from '../../ui/moment.js'
import { PageHeading } from '../../ui/page-heading.js'
import { Panel } from '../../ui/panel.js'
import { StateBadge } from '../../ui/state-badge.js'
import { allAtOnce, type TablePages } from '../../ui/use-cursor-pages.js'
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
  headers: { authorization: \`Bearer \${process.env.STACKGATE_SECRET_KEY}\`, 'content-type': 'application/json' },
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
          found?.access && (
            <KeyTable
              pages={allAtOnce(keys, found.access.apiKeys?.nodes ?? [])}
              account={account}
              mayManage={mayManage}
              onChange={changed}
            />
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
  readonly pages: TablePages<ApiKeyFields>
  readonly account: string
  readonly mayManage: boolean
  /** Called after a change, with the new secret if there is one. */
  readonly onChange: (secret?: string | null) => void
}

function KeyTable({ pages, account, mayManage, onChange }: KeyTableProps) {
  const [opened, setOpened] = useState<Opened | null>(null)
  const keyColumns = useMemo(() => (mayManage ? [...COLUMNS, actsWith(setOpened)] : COLUMNS), [mayManage])
  return (
    <>
      <DataTable
        name={keyWords.title}
        columns={keyColumns}
        pages={pages}
        empty={<Empty icon={IconKey}>{keyWords.none}</Empty>}
      />
      {opened && (
        <opened.Dialog value={opened.value} account={account} onClose={() => setOpened(null)} onChange={onChange} />
      )}
    </>
  )
}

const { columns } = keyWords

const COLUMNS: readonly Column<ApiKeyFields>[] = [
  {
    name: columns.name,
    by: ({ name }) => name,
    cell: ({ name, prefix }) => (
      <>
        <Text fw={500}>{name}</Text>
        <Text size="xs" c="dimmed" ff="monospace">
          {prefix}…
        </Text>
      </>
    ),
  },
  {
    name: columns.scopes,
    place: 'text',
    cell: ({ scopes }) =>
      scopes.map((scope) => (
        <Text size="sm" key={scope}>
          {keyWords.scopeTexts[scope] ?? scope}
        </Text>
      )),
  },
  {
    name: columns.created,
    place: 'rest',
    isShort: true,
    by: ({ createdAt }) => createdAt,
    cell: ({ createdAt }) => <Moment at={createdAt} isDay />,
  },
  {
    name: columns.used,
    place: 'side',
    isNamed: true,
    isShort: true,
    by: ({ lastUsedAt }) => lastUsedAt,
    cell: ({ lastUsedAt }) => (lastUsedAt ? <Moment at={lastUsedAt} /> : keyWords.unused),
  },
  {
    name: columns.ends,
    isState: true,
    isNamed: true,
    by: ({ expiresAt }) => expiresAt,
    cell: ({ expiresAt, revokedAt }) =>
      revokedAt ? (
        <StateBadge color="gray">{keyWords.revoked}</StateBadge>
      ) : expiresAt ? (
        date(expiresAt)
      ) : (
        keyWords.noEnd
      ),
  },
]

/** A key and the dialog about it. */
interface Opened {
  readonly value: ApiKeyFields
  readonly Dialog: ComponentType<KeyDialogProps>
}

const actsWith = (onOpen: (opened: Opened) => void): Column<ApiKeyFields> =>
  actColumn(
    ({ name }) => name,
    (value) => {
      if (value.revokedAt) return []
      const open = (Dialog: Opened['Dialog']) => () => onOpen({ value, Dialog })
      return [
        { name: keyWords.rotate, onOpen: open(RotateDialog) },
        { name: keyWords.revoke, isDangerous: true, onOpen: open(RevokeDialog) },
      ]
    },
  )

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
