import type { CapPeriod } from '@stackgate/client'
import { Button, Group, Stack, TextInput } from '@mantine/core'
import { useState, type FormEvent, type ReactNode } from 'react'
import {
  CreateTeam,
  RemoveSpendCap,
  SetParentAccount,
  SetSpendCap,
  Viewer,
  type SubAccountFields,
} from '@stackgate/client/documents'
import { knownText } from '../../ui/known-text.js'
import { useAction } from '../../session/use-action.js'
import { useOperation, useOperations } from '@stackgate/react/hooks'
import { Dialog } from '../../ui/dialog.js'
import { ConfirmDialog, OutcomeText, type Outcome } from '../../ui/dialogs.js'
import { labelInSentence } from '../../ui/format.js'
import { NumberField } from '../../ui/number-field.js'
import { Select } from '../../ui/select.js'
import { poolWords } from '../../words/en/pools.js'
import { capWords } from '../../words/en/spend-caps.js'
import { limitName, type PooledFeature, type PoolLimit } from './pool-limit.js'

const texts = poolWords
type Period = PoolLimit['period']
const PERIODS: readonly Period[] = ['DAY', 'MONTH', 'BILLING_PERIOD']
interface DialogProps {
  readonly account: string
  readonly onClose: () => void
}

interface FormDialogProps extends DialogProps {
  readonly title: string
  readonly submit: string
  readonly outcomes: readonly Outcome[]
  readonly isPending: boolean
  readonly onSubmit: () => void
  readonly children: ReactNode
}

function FormDialog({ title, submit, outcomes, isPending, onSubmit, children, account, onClose }: FormDialogProps) {
  const send = (event: FormEvent) => {
    event.preventDefault()
    onSubmit()
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={send}>
        <Stack>
          {children}
          {outcomes.map((outcome, index) => (
            <OutcomeText key={index} outcome={outcome} account={account} />
          ))}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {texts.cancel}
            </Button>
            <Button type="submit" loading={isPending}>
              {submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}

/** Makes an account of the person a sub-account, or a new one. */
export function AddSubAccountDialog({
  account,
  subAccounts,
  onClose,
}: DialogProps & { readonly subAccounts: readonly SubAccountFields[] }) {
  const viewer = useOperation(Viewer, {})
  const operations = useOperations()
  /** Null: a new account. */
  const [chosen, setChosen] = useState<string | null>(null)
  const [name, setName] = useState('')
  const create = useAction(CreateTeam)
  const join = useAction(SetParentAccount, onClose)
  const known = new Set([account, ...subAccounts.map((one) => one.account.id)])
  const offered = (viewer.data?.viewer?.accounts?.nodes ?? []).filter(
    ({ id, viewerCan }) => !known.has(id) && viewerCan.includes('BILLING_MANAGE'),
  )
  const createAccount = async (): Promise<string | null> => {
    // An error is in the state of the action.
    const created = await create.runAsync({ name }).catch(() => null)
    if (!created) return null
    await operations.refetch('Viewer')
    // A repetition after a refusal creates no second one.
    setChosen(created.id)
    return created.id
  }
  const submit = async () => {
    const accountId = chosen ?? (await createAccount())
    if (accountId !== null) join.run({ accountId, parentId: account })
  }
  return (
    <FormDialog
      title={texts.set}
      submit={texts.add.submit}
      outcomes={[create, join]}
      isPending={create.isPending || join.isPending}
      account={account}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <Select
        label={texts.add.account}
        description={texts.add.accountHint}
        data={offered.map(({ id, name: title }) => ({ value: id, label: title }))}
        none={texts.add.new}
        value={chosen}
        onChange={setChosen}
      />
      {chosen === null && (
        <TextInput
          label={texts.add.name}
          required
          maxLength={100}
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      )}
    </FormDialog>
  )
}

interface LimitDialogProps extends DialogProps {
  readonly subAccount: SubAccountFields
  /** The limit that is changed. Null for a new one. */
  readonly limit: PoolLimit | null
  readonly features: readonly PooledFeature[]
}

/** Sets a limit of a sub-account, or changes the amount of one. */
export function LimitDialog({ account, subAccount, limit, features, onClose }: LimitDialogProps) {
  const [feature, setFeature] = useState(limit?.feature.code ?? features[0]!.code)
  const [period, setPeriod] = useState<Period>(limit?.period ?? 'MONTH')
  const [amount, setAmount] = useState(String(limit?.limit.units ?? ''))
  const save = useAction(SetSpendCap, onClose)
  const unit = features.find(({ code }) => code === feature)?.unit
  const { id: subAccountId } = subAccount.account
  return (
    <FormDialog
      title={texts.limitTitle(subAccount.account.name)}
      submit={texts.save}
      outcomes={[save]}
      isPending={save.isPending}
      account={account}
      onSubmit={() =>
        save.run({
          input: {
            accountId: account,
            subAccountId,
            feature,
            period: period as CapPeriod,
            limit: { units: Math.trunc(Number(amount)) },
          },
        })
      }
      onClose={onClose}
    >
      {!limit && features.length > 1 && (
        <Select
          label={texts.feature}
          data={features.map(({ code, name }) => ({ value: code, label: name }))}
          value={feature}
          onChange={(value) => setFeature(value ?? feature)}
        />
      )}
      {!limit && (
        <Select
          label={texts.period}
          data={PERIODS.map((value) => ({ value, label: knownText(capWords.periods, value) ?? value }))}
          value={period}
          onChange={(value) => setPeriod(value ?? period)}
        />
      )}
      <NumberField
        label={texts.amount(unit ? labelInSentence(unit) : texts.units)}
        isRequired
        isFirst
        min={1}
        value={amount}
        onChange={setAmount}
      />
    </FormDialog>
  )
}

/** Removes a limit of a sub-account. */
export function RemoveLimitDialog({
  account,
  subAccount: {
    account: { name },
  },
  limit,
  onClose,
}: DialogProps & { readonly subAccount: SubAccountFields; readonly limit: PoolLimit }) {
  const remove = useAction(RemoveSpendCap, onClose)
  return (
    <ConfirmDialog
      title={texts.removeLimitTitle}
      text={texts.removeLimitText(limitName(limit), name)}
      action={texts.removeLimit}
      keep={texts.keep}
      account={account}
      outcome={remove}
      isDangerous
      onConfirm={() => remove.run({ id: limit.id })}
      onClose={onClose}
    />
  )
}
