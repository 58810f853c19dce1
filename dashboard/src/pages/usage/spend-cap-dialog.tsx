import { Stack } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import type { CapPeriod } from '@stackgate/client'
import { SetSpendCap } from '@stackgate/client/documents'
import { knownText } from '../../ui/known-text.js'
import { useAction } from '../../session/use-action.js'
import { Dialog } from '../../ui/dialog.js'
import { FormFooter } from '../../ui/dialogs.js'
import { labelInSentence, wholeNumbers } from '../../ui/format.js'
import { moneyStep, typedMoney } from '../../ui/money.js'
import { NumberField } from '../../ui/number-field.js'
import { NumbersField } from '../../ui/numbers-field.js'
import { Select } from '../../ui/select.js'
import { capWords } from '../../words/en/spend-caps.js'
import type { CappedFeature, CappedMember, SpendCap } from './spend-caps.js'

const texts = capWords
type Kind = keyof typeof texts.kinds
const KINDS: readonly Kind[] = ['UNITS', 'MONEY']
type Period = SpendCap['period']
const PERIODS: readonly Period[] = ['DAY', 'MONTH', 'BILLING_PERIOD']

interface SpendCapDialogProps {
  readonly account: string
  readonly features: readonly CappedFeature[]
  /** Members whose use can be capped. */
  readonly members: readonly CappedMember[]
  /** Currency of caps in money. */
  readonly currency: string
  /** The cap that is changed. Null for a new one. */
  readonly cap: SpendCap | null
  readonly onClose: () => void
}

/** Sets a cap, or changes the amount and the alerts of one. */
export function SpendCapDialog({ account, features, members, currency, cap, onClose }: SpendCapDialogProps) {
  const [feature, setFeature] = useState(cap?.feature.code ?? features[0]!.code)
  const [period, setPeriod] = useState<Period>(cap?.period ?? 'MONTH')
  const [userId, setUserId] = useState(cap?.member?.id ?? null)
  const [kind, setKind] = useState<Kind>(cap?.isMoney ? 'MONEY' : 'UNITS')
  const [amount, setAmount] = useState(cap?.typed ?? '')
  const [percents, setPercents] = useState((cap?.alertPercents ?? [80, 100]).join(', '))
  const save = useAction(SetSpendCap, onClose)
  const chosen = features.find(({ code }) => code === feature)
  const unit = chosen?.unit
  const isMoney = kind === 'MONEY' && (cap !== null || chosen?.cappableInMoney === true)
  const alertPercents = wholeNumbers(percents, 100)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (alertPercents === null) return
    save.run({
      input: {
        accountId: account,
        feature,
        period: period as CapPeriod,
        limit: isMoney ? { money: typedMoney(amount, currency) } : { units: Math.trunc(Number(amount)) },
        userId,
        alertPercents,
      },
    })
  }
  return (
    <Dialog title={cap ? texts.changeTitle(cap.name) : texts.setTitle} onClose={onClose}>
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
              data={PERIODS.map((value) => ({ value, label: knownText(texts.periods, value) ?? value }))}
              value={period}
              onChange={(value) => setPeriod(value ?? period)}
            />
          )}
          {!cap && members.length > 1 && (
            <Select
              label={texts.member}
              data={members.map(({ id, name }) => ({ value: id, label: name }))}
              value={userId}
              none={texts.everybody}
              onChange={setUserId}
            />
          )}
          {!cap && chosen?.cappableInMoney && (
            <Select
              label={texts.kind}
              data={KINDS.map((value) => ({ value, label: texts.kinds[value] }))}
              value={kind}
              onChange={(value) => setKind(value ?? kind)}
            />
          )}
          <NumberField
            label={isMoney ? texts.money(currency) : texts.amount(unit ? labelInSentence(unit) : texts.units)}
            {...(isMoney ? { description: texts.moneyHint, step: moneyStep(currency), min: 0 } : { min: 1 })}
            isRequired
            isFirst
            value={amount}
            onChange={setAmount}
          />
          <NumbersField
            label={texts.percents}
            description={texts.percentsHint}
            numbers={alertPercents}
            invalid={texts.percentsInvalid}
            value={percents}
            onChange={setPercents}
          />
          <FormFooter outcome={save} account={account} cancel={texts.cancel} submit={texts.save} onClose={onClose} />
        </Stack>
      </form>
    </Dialog>
  )
}
