import '@mantine/core/styles/InlineInput.css'
import '@mantine/core/styles/CheckboxIndicator.css'
import '@mantine/core/styles/Checkbox.css'
import { Checkbox, Stack, Text } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { alertInputs, otherAlerts } from '@stackgate/client'
import { SetAlerts, type AlertFields } from '@stackgate/client/documents'
import { useAction } from '../../session/use-action.js'
import { Dialog } from '../../ui/dialog.js'
import { FormFooter } from '../../ui/dialogs.js'
import { wholeNumbers } from '../../ui/format.js'
import { NumbersField } from '../../ui/numbers-field.js'
import { Select } from '../../ui/select.js'
import { usageAlertWords } from '../../words/en/usage-alerts.js'
import type { UsageAlert } from './usage-alerts.js'

const texts = usageAlertWords
/** The most units that an account can use at once. */
const MAX_AMOUNT = 1_000_000_000_000

interface UsageAlertsDialogProps {
  readonly account: string
  readonly features: readonly { readonly code: string; readonly name: string }[]
  /** The alerts that are changed. Null for new ones. */
  readonly alert: UsageAlert | null
  /** All alerts of the account. Those on balances stay. */
  readonly present: readonly AlertFields[]
  readonly onClose: () => void
}

/** Sets the levels of an allowance and the alert on its forecast. */
export function UsageAlertsDialog({ account, features, alert, present, onClose }: UsageAlertsDialogProps) {
  const [code, setCode] = useState(features[0]!.code)
  const [percents, setPercents] = useState((alert?.percents ?? [80, 100]).join(', '))
  const [amounts, setAmounts] = useState((alert?.units ?? []).join(', '))
  const [onForecast, setOnForecast] = useState(alert?.onForecast ?? true)
  const save = useAction(SetAlerts, onClose)
  const typed = { percents: wholeNumbers(percents, 100), amounts: wholeNumbers(amounts, MAX_AMOUNT) }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!typed.percents || !typed.amounts) return
    save.run({
      accountId: account,
      feature: code,
      alerts: [
        ...alertInputs('ALLOWANCE', { percents: typed.percents, units: typed.amounts }),
        ...(onForecast ? [{ basis: 'FORECAST' as const }] : []),
        ...otherAlerts(
          present.filter(({ feature }) => feature.code === code),
          ['ALLOWANCE', 'FORECAST'],
        ),
      ],
    })
  }
  return (
    <Dialog title={alert ? texts.named(alert.feature.name) : texts.setTitle} onClose={onClose}>
      <form onSubmit={submit}>
        <Stack>
          {features.length > 1 ? (
            <Select
              label={texts.feature}
              data={features.map(({ code: value, name }) => ({ value, label: name }))}
              value={code}
              onChange={(value) => setCode(value ?? code)}
            />
          ) : (
            <Text fw={500}>{features[0]!.name}</Text>
          )}
          <NumbersField
            label={texts.percents}
            description={texts.percentsHint}
            numbers={typed.percents}
            invalid={texts.percentsInvalid}
            isFirst
            value={percents}
            onChange={setPercents}
          />
          <NumbersField
            label={texts.amounts}
            description={texts.amountsHint}
            numbers={typed.amounts}
            invalid={texts.amountsInvalid}
            value={amounts}
            onChange={setAmounts}
          />
          <Checkbox
            label={texts.forecastLabel}
            description={texts.forecastHint}
            checked={onForecast}
            onChange={(event) => setOnForecast(event.currentTarget.checked)}
          />
          <FormFooter outcome={save} account={account} cancel={texts.cancel} submit={texts.save} onClose={onClose} />
        </Stack>
      </form>
    </Dialog>
  )
}
