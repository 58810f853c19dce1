import { Button, Group, Stack, Text } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { alertInputs, alertLevels, otherAlerts } from '@stackgate/client'
import { SetAlerts } from '@stackgate/client/documents'
import { useAction } from '../../session/use-action.js'
import { Dialog } from '../../ui/dialog.js'
import { FormFooter } from '../../ui/dialogs.js'
import { count, wholeNumbers } from '../../ui/format.js'
import { NumberField } from '../../ui/number-field.js'
import { NumbersField } from '../../ui/numbers-field.js'
import { Select } from '../../ui/select.js'
import { topUpWords } from '../../words/en/top-ups.js'
import type { AlertedFeature } from './balance-alerts.js'

const texts = topUpWords.alerts
const MAX_LEVELS = 5

interface BalanceAlertsDialogProps {
  readonly account: string
  /** Features to choose from, with their present levels. */
  readonly features: readonly AlertedFeature[]
  readonly onClose: () => void
}

/** Sets the levels of a balance. */
export function BalanceAlertsDialog({ account, features, onClose }: BalanceAlertsDialogProps) {
  const [feature, setFeature] = useState(features[0]!)
  const present = alertLevels(feature.alerts, 'BALANCE')
  const [levels, setLevels] = useState<readonly string[]>(
    present.units.length > 0 ? present.units.map((level) => String(level)) : [''],
  )
  const [percents, setPercents] = useState(present.percents.join(', '))
  const typed = wholeNumbers(percents, 100)
  const save = useAction(SetAlerts, onClose)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (typed === null) return
    save.run({
      accountId: account,
      feature: feature.code,
      alerts: [
        ...alertInputs('BALANCE', {
          percents: typed,
          units: levels.filter((level) => level !== '').map((level) => Math.trunc(Number(level))),
        }),
        ...otherAlerts(feature.alerts, ['BALANCE']),
      ],
    })
  }
  return (
    <Dialog
      title={present.units.length + present.percents.length > 0 ? texts.named(feature.name) : texts.setTitle}
      onClose={onClose}
    >
      <form onSubmit={submit}>
        <Stack>
          {features.length > 1 && (
            <Select
              label={texts.feature}
              data={features.map(({ code, name }) => ({ value: code, label: name }))}
              value={feature.code}
              onChange={(value) => setFeature(features.find(({ code }) => code === value) ?? feature)}
            />
          )}
          {features.length === 1 && <Text fw={500}>{feature.name}</Text>}
          <Text size="sm">{texts.hint}</Text>
          {levels.map((level, index) => (
            <NumberField
              key={index}
              label={texts.levelNamed(count(index + 1))}
              min={1}
              isFirst={index === 0}
              value={level}
              onChange={(text) => setLevels(levels.with(index, text))}
            />
          ))}
          {levels.length < MAX_LEVELS && (
            <Group>
              <Button size="xs" variant="default" onClick={() => setLevels([...levels, ''])}>
                {texts.add}
              </Button>
            </Group>
          )}
          <NumbersField
            label={texts.percents}
            description={texts.percentsHint}
            numbers={typed}
            invalid={texts.percentsInvalid}
            value={percents}
            onChange={setPercents}
          />
          <FormFooter
            outcome={save}
            account={account}
            cancel={topUpWords.cancel}
            submit={texts.save}
            onClose={onClose}
          />
        </Stack>
      </form>
    </Dialog>
  )
}
