import { useId, useState, type ReactNode } from 'react'
import { Button } from '../parts/part.js'
import {
  Choice,
  EditableList,
  Field,
  FormDialog,
  useSpendingPart,
  type SpendingPart,
  type SpendingPartProps,
} from './editable-list.js'
import { useUsageAlerts, type FeatureUsageAlerts, type UsageAlertsState } from './use-usage-alerts.js'
import { wholeNumbers } from './typed-numbers.js'

/** Properties of `UsageAlerts`. */
export interface UsageAlertsProps extends SpendingPartProps {}

/** Alerts on allowances and their forecasts with their basis, and a dialog that sets them, live. */
export function UsageAlerts(props: UsageAlertsProps): ReactNode {
  const { accountId } = props
  const part = useSpendingPart(props)
  const { labels } = part
  const result = useUsageAlerts(accountId)
  const { data } = result
  const alerts = data?.alerts ?? null
  const free = (data?.features ?? []).filter(({ code }) => !alerts?.some(({ feature }) => feature.code === code))
  return (
    <EditableList<FeatureUsageAlerts, UsageAlertsState>
      part={part}
      title={labels.alerts}
      text={labels.alertsText}
      none={labels.noAlerts}
      add={labels.addAlerts}
      query={result}
      items={alerts}
      mayAdd={data !== undefined && data.canManage && free.length > 0}
      row={(alert, edit) => (
        <AlertRow key={alert.feature.code} part={part} alert={alert} onEdit={data?.canManage ? edit : null} />
      )}
      dialog={(alert, close) => (
        <AlertsDialog
          part={part}
          alert={alert}
          features={alert ? [alert.feature] : free}
          set={result.set}
          accountId={accountId}
          onClose={close}
        />
      )}
    />
  )
}

interface AlertRowProps {
  readonly part: SpendingPart
  readonly alert: FeatureUsageAlerts
  /** Null if the caller cannot change them. */
  readonly onEdit: (() => void) | null
}

function AlertRow({ part, alert, onEdit }: AlertRowProps): ReactNode {
  const { labels, slot, number, percents: shown } = part
  const { feature, percents, units, onForecast, used, allowance, forecast } = alert
  const levels = [percents.length > 0 ? shown(percents) : '', ...units.map((each) => labels.alertAmount(number(each)))]
  const id = useId()
  return (
    <section className={slot('meter', 'sg-row')} aria-labelledby={id}>
      <h3 id={id} className={slot('meter-name')}>
        {feature.name}
      </h3>
      <p className={slot('meter-text')}>
        {allowance === null
          ? labels.alertNoAllowance
          : (used > allowance ? labels.alertOver : labels.alertUsed)(number(used), number(allowance))}
      </p>
      <p className={slot('detail')}>
        {percents.length + units.length > 0 ? labels.alertsAt(levels.filter(Boolean).join(', ')) : labels.noAlerts}
        {onForecast ? ` · ${labels.alertOnForecast}` : ''}
      </p>
      {allowance === null ? null : (
        <p className={slot('detail')}>
          {forecast === null ? labels.alertNoForecast : labels.alertForecast(number(forecast))}
        </p>
      )}
      {allowance !== null && forecast !== null && forecast > allowance ? (
        <p className={slot('warning')}>{labels.alertBeyond}</p>
      ) : null}
      {onEdit ? (
        <div className={slot('actions')}>
          <Button part={part} aria-haspopup="dialog" aria-label={labels.editAlerts(feature.name)} onClick={onEdit}>
            {labels.edit}
          </Button>
        </div>
      ) : null}
    </section>
  )
}

/** The most units that an account can use at once. */
const MAX_AMOUNT = 1_000_000_000_000

interface AlertsDialogProps {
  readonly part: SpendingPart
  /** Null: new ones. */
  readonly alert: FeatureUsageAlerts | null
  readonly features: readonly { readonly code: string; readonly name: string }[]
  readonly set: ReturnType<typeof useUsageAlerts>['set']
  readonly accountId: string | undefined
  readonly onClose: () => void
}

function AlertsDialog({ part, alert, features, set, accountId, onClose }: AlertsDialogProps): ReactNode {
  const { labels } = part
  const [code, setCode] = useState(features[0]?.code ?? '')
  const [percents, setPercents] = useState((alert?.percents ?? [80, 100]).join(', '))
  const [amounts, setAmounts] = useState((alert?.units ?? []).join(', '))
  const [onForecast, setOnForecast] = useState(alert?.onForecast ?? true)
  const name = features.find((feature) => feature.code === code)?.name ?? ''
  const typed = { percents: wholeNumbers(percents, 100), amounts: wholeNumbers(amounts, MAX_AMOUNT) }
  const save = (): void => {
    const input = { feature: code, percents: typed.percents ?? [], units: typed.amounts ?? [], onForecast }
    void set.mutateAsync(input).then(close, () => undefined)
  }
  const close = (): void => {
    set.reset()
    onClose()
  }
  return (
    <FormDialog
      part={part}
      title={labels.editAlerts(name)}
      submit={labels.save}
      isBlocked={!typed.percents || !typed.amounts}
      mutation={set}
      accountId={accountId}
      onSubmit={save}
      onClose={close}
    >
      <Choice
        part={part}
        label={labels.feature}
        value={code}
        choices={features.map((each) => [each.code, each.name] as const)}
        onChange={setCode}
      />
      <Field
        part={part}
        label={labels.alertPercents}
        hint={labels.percentsHint}
        error={typed.percents ? null : labels.percentsInvalid}
        value={percents}
        onChange={setPercents}
      />
      <Field
        part={part}
        label={labels.alertAmounts}
        hint={labels.amountsHint}
        error={typed.amounts ? null : labels.amountsInvalid}
        value={amounts}
        onChange={setAmounts}
      />
      <label className={part.slot('check')}>
        <input type="checkbox" checked={onForecast} onChange={({ target }) => setOnForecast(target.checked)} />
        {labels.alertOnForecast}
      </label>
    </FormDialog>
  )
}
