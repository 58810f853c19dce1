import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { Suspense, useState, type FormEvent } from 'react'
import {
  Account,
  AccountJobs,
  CancelAccountDeletion,
  DeleteAccount,
  LeaveAccount,
  UpdateAccount,
  type AccountData,
  type AccountJobsData,
} from '@stackgate/client/documents'
import { hasOperations } from '../../session/config.js'
import { useAction } from '../../session/use-action.js'
import { useOperation, useOperations } from '@stackgate/react/hooks'
import { ConfirmDialog, OutcomeText } from '../../ui/dialogs.js'
import { date, money } from '../../ui/format.js'
import { PageHeading } from '../../ui/page-heading.js'
import { Panel } from '../../ui/panel.js'
import { settingsWords } from '../../words/en/settings.js'
import { teamWords } from '../../words/en/team.js'
import { useAccount } from '../account/account-pages.js'
import { ExportPanel } from './export-panel.js'
import { lazyPart } from '../../session/load-part.js'

const ProofPanel = lazyPart(() => import('./proof-panel.js'), 'ProofPanel')

type FoundAccount = NonNullable<AccountData['account']>
type Preview = NonNullable<NonNullable<AccountJobsData['account']>['access']>['deletionPreview']
type Job = NonNullable<NonNullable<NonNullable<AccountJobsData['account']>['access']>['jobs']>['nodes'][number]

/** Name, data, leaving and deletion of the account. */
export function Settings() {
  const account = useAccount()
  const found = useOperation(Account, { account })
  const hasJobs = hasOperations()
  const jobs = useOperation(AccountJobs, { account }, { enabled: hasJobs })
  const role = found.data?.account?.viewerRole
  const isOwner = role === 'OWNER'
  return (
    <Stack>
      <PageHeading>{settingsWords.title}</PageHeading>
      {/* A person's name is that of the identity provider. */}
      {found.data?.account?.kind !== 'PERSON' && (
        <Panel title={settingsWords.name.title} query={found} height={80}>
          {({ account: value }) => value && <NameForm account={value} mayChange={isOwner || role === 'ADMIN'} />}
        </Panel>
      )}
      {hasJobs && (isOwner || role === 'ADMIN') && <ExportPanel account={account} />}
      {/* Together, so that no button moves when the first of them is loaded. */}
      {role && (
        <Suspense>
          <ProofPanel account={account} />
          {found.data?.account && found.data.account.kind !== 'PERSON' && <LeavePanel account={found.data.account} />}
          {hasJobs && isOwner && found.data?.account && (
            <Panel title={settingsWords.remove.title} query={jobs} height={80}>
              {({ account: value }) => (
                <Deletion
                  account={found.data.account!}
                  preview={value?.access?.deletionPreview ?? null}
                  job={
                    value?.access?.jobs.nodes.find(
                      ({ kind, status }) => kind === 'DELETION' && status === 'SCHEDULED',
                    ) ?? null
                  }
                  onChange={() => void jobs.refetch()}
                />
              )}
            </Panel>
          )}
        </Suspense>
      )}
    </Stack>
  )
}

function NameForm({ account, mayChange }: { readonly account: FoundAccount; readonly mayChange: boolean }) {
  const [name, setName] = useState(account.name ?? '')
  const [isSaved, setSaved] = useState(false)
  const operations = useOperations()
  const update = useAction(UpdateAccount, () => {
    setSaved(true)
    void operations.refetch('Viewer', 'Account')
  })
  if (account.kind !== 'TEAM') return <Text>{account.name ?? settingsWords.name.person}</Text>
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setSaved(false)
    update.run({ accountId: account.id, name })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm" maw={420}>
        <TextInput
          label={settingsWords.name.label}
          required
          readOnly={!mayChange}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <OutcomeText outcome={update} account={account.id} />
        {mayChange && (
          <Group gap="sm">
            <Button type="submit" loading={update.isPending} disabled={name === account.name}>
              {settingsWords.name.save}
            </Button>
            <Text size="sm" role="status">
              {isSaved ? settingsWords.name.saved : ''}
            </Text>
          </Group>
        )}
      </Stack>
    </form>
  )
}

function LeavePanel({ account }: { readonly account: FoundAccount }) {
  const [isConfirming, setConfirming] = useState(false)
  const navigate = useNavigate()
  const operations = useOperations()
  const leave = useAction(LeaveAccount, () => {
    void operations.refetch('Viewer')
    void navigate({ to: '/' })
  })
  const texts = settingsWords.leave
  return (
    <Panel title={texts.title} query={{ data: account, error: null, isPending: false, refetch: leave.run as never }}>
      {() => (
        <Stack gap="sm" align="flex-start">
          <Text>{texts.text}</Text>
          <Button variant="default" aria-haspopup="dialog" onClick={() => setConfirming(true)}>
            {texts.button}
          </Button>
          {isConfirming && (
            <ConfirmDialog
              title={texts.confirm(account.name ?? '')}
              text={texts.text}
              action={texts.button}
              keep={texts.keep}
              account={account.id}
              outcome={leave}
              isDangerous
              onConfirm={() => leave.run({ accountId: account.id })}
              onClose={() => setConfirming(false)}
            />
          )}
        </Stack>
      )}
    </Panel>
  )
}

interface DeletionProps {
  readonly account: FoundAccount
  readonly preview: Preview
  readonly job: Job | null
  readonly onChange: () => void
}

function Deletion({ account, preview, job, onChange }: DeletionProps) {
  const [isConfirming, setConfirming] = useState(false)
  const undo = useAction(CancelAccountDeletion, onChange)
  const texts = settingsWords.remove
  if (job)
    return (
      <Stack gap="sm" align="flex-start">
        <Alert color="orange" role="status">
          {texts.scheduled(date(job.runAt))}
        </Alert>
        {job.blockedReason && <Text>{texts.blocked(job.blockedReason)}</Text>}
        <Costs preview={preview} />
        <OutcomeText outcome={undo} account={account.id} />
        <Button loading={undo.isPending} onClick={() => undo.run({ accountId: account.id })}>
          {texts.undo}
        </Button>
      </Stack>
    )
  return (
    <Stack gap="sm" align="flex-start">
      <Text>{texts.text}</Text>
      <Button variant="outline" color="red" aria-haspopup="dialog" onClick={() => setConfirming(true)}>
        {texts.button}
      </Button>
      {isConfirming && (
        <DeletionDialog
          account={account}
          preview={preview}
          onClose={() => setConfirming(false)}
          onScheduled={() => {
            setConfirming(false)
            onChange()
          }}
        />
      )}
    </Stack>
  )
}

interface DeletionDialogProps {
  readonly account: FoundAccount
  readonly preview: Preview
  readonly onClose: () => void
  readonly onScheduled: () => void
}

function DeletionDialog({ account, preview, onClose, onScheduled }: DeletionDialogProps) {
  const [typed, setTyped] = useState('')
  const remove = useAction(DeleteAccount, onScheduled)
  const texts = settingsWords.remove
  const name = account.name ?? teamWords.kinds[account.kind]!
  return (
    <ConfirmDialog
      title={texts.confirmTitle(name)}
      text={texts.text}
      action={texts.confirm}
      keep={texts.keep}
      account={account.id}
      outcome={remove}
      isDangerous
      isDisabled={typed !== name}
      onConfirm={() => remove.run({ accountId: account.id })}
      onClose={onClose}
    >
      <Costs preview={preview} />
      <TextInput
        label={texts.type(name)}
        data-autofocus
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
    </ConfirmDialog>
  )
}

/** Credit that ends with the account, and use that is charged before. */
function Costs({ preview }: { readonly preview: Preview }) {
  if (!preview) return null
  const texts = settingsWords.remove
  return (
    <>
      {preview.lostCredit && <Text>{texts.credit(money(preview.lostCredit))}</Text>}
      {preview.openCharges.map(({ description, cost, chargedAt }) => (
        <Text key={`${chargedAt} ${description}`}>{texts.charge(money(cost), date(chargedAt), description)}</Text>
      ))}
    </>
  )
}
