import { Button, Group, Stack, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { SetSpendCap } from '@stackgate/client/documents'
import { useAction } from '../../session/use-action.js'
import { Dialog } from '../../ui/dialog.js'
import { OutcomeText } from '../../ui/dialogs.js'
import { label } from '../../ui/format.js'
import { NumberField } from '../../ui/number-field.js'
import { Select } from '../../ui/select.js'
import { capWords } from '../../words/en/spend-caps.js'
import type { CappedFeature, SpendCap } from './spend-caps.js'

const texts = capWords
type Period = SpendCap['period']
const PERIODS: readonly Period[] = ['DAY', 'MONTH', 'BILLING_PERIOD']

interface SpendCapDialogProps {
  readonly account: string
  readonly features: readonly CappedFeature[]
  /** The cap that is changed. Null for a new one. */
  readonly cap: SpendCap | null
  readonly onClose: () => void
}

/** Sets a cap, or changes the amount and the alerts of one. */
export function SpendCapDialog({ account, features, cap, onClose }: SpendCapDialogProps) {
  const [feature, setFeature] = useState(cap?.feature.code ?? features[0]!.code)
  const [period, setPeriod] = useState<Period>(cap?.period ?? 'MONTH')
  const [amount, setAmount] = useState(cap ? String(cap.amount) : '')
  const [percents, setPercents] = useState((cap?.alertPercents ?? [80, 100]).join(', '))
  const save = useAction(SetSpendCap, onClose)
  const unit = features.find(({ code }) => code === feature)?.unit
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.run({
      accountId: account,
      feature,
      period,
      amount: Math.trunc(Number(amount)),
      alertPercents: (percents.match(/\d+/g) ?? []).map(Number),
    })
  }
  return (
    <Dialog
      title={cap ? texts.changeTitle(cap.feature.name, texts.periods[cap.period]) : texts.setTitle}
      onClose={onClose}
    >
      <form onSubmit={submit}>
        <Stack>
          {!cap && features.length > 1 && (
            <Select
              label={texts.feature}
              data={features.map(({ code, name }) => ({ value: code, label: name }))}
              value={feature}
              onChange={(value) => setFeature(value ?? feature)}
            />
          )}
          {!cap && (
            <Select
              label={texts.period}
              data={PERIODS.map((value) => ({ value, label: texts.periods[value] }))}
              value={period}
              onChange={(value) => setPeriod(value ?? period)}
            />
          )}
          <NumberField
            label={texts.amount(unit ? label(unit) : texts.units)}
            isRequired
            isFirst
            min={1}
            value={amount}
            onChange={setAmount}
          />
          <TextInput
            label={texts.percents}
            description={texts.percentsHint}
            value={percents}
            onChange={(event) => setPercents(event.currentTarget.value)}
          />
          <OutcomeText outcome={save} account={account} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {texts.cancel}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {texts.save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
