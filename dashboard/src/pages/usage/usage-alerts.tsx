import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { alertLevels } from '@stackgate/client'
import { Alerts as AlertsDocument, type AlertFields } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { count, percent } from '../../ui/format.js'
import { EditedPanel } from '../../ui/edited-panel.js'
import { StateBadge } from '../../ui/state-badge.js'
import { usageAlertWords } from '../../words/en/usage-alerts.js'
import { lazyPart } from '../../session/load-part.js'

const UsageAlertsDialog = lazyPart(() => import('./usage-alerts-dialog.js'), 'UsageAlertsDialog')

const texts = usageAlertWords

/** Alerts on the allowance of a feature and on its forecast. */
export interface UsageAlert extends Pick<AlertFields, 'feature' | 'forecast'> {
  readonly percents: readonly number[]
  /** Used units. */
  readonly units: readonly number[]
  readonly onForecast: boolean
  readonly used: number
  /** Null if unlimited, and without an allowance. */
  readonly allowance: number | null
}

/** Null without alerts on the allowance and the forecast. */
function usageAlert(all: readonly AlertFields[]): UsageAlert | null {
  const first = all.find(({ basis }) => basis !== 'BALANCE')
  if (!first) return null
  const { feature, forecast, used, base } = first
  const onForecast = all.some(({ basis }) => basis === 'FORECAST')
  return { feature, forecast, ...alertLevels(all, 'ALLOWANCE'), onForecast, used: used ?? 0, allowance: base }
}

/** Alerts on allowances and their forecasts. Absent if no feature of the catalog can have them. */
export function UsageAlerts({ account }: { readonly account: string }) {
  const query = useOperation(AlertsDocument, { account })
  const all = query.data?.account?.usage?.alerts ?? []
  const features = (query.data?.features ?? []).filter(({ usageAlertable }) => usageAlertable)
  if (!query.error && features.length === 0) return null
  const mayManage = query.data?.account?.viewerCan.includes('BILLING_MANAGE') ?? false
  const ofFeature = (code: string) => all.filter(({ feature }) => feature.code === code)
  const alerts = features.flatMap(({ code }) => usageAlert(ofFeature(code)) ?? [])
  const free = features.filter(({ code }) => alerts.every(({ feature }) => feature.code !== code))
  return (
    <EditedPanel<UsageAlert>
      texts={texts}
      query={query}
      isEmpty={alerts.length === 0}
      mayAdd={mayManage && free.length > 0}
      dialog={(edited, onClose) => (
        <UsageAlertsDialog
          account={account}
          features={edited === 'new' ? free : [edited.feature]}
          alert={edited === 'new' ? null : edited}
          present={all}
          onClose={onClose}
        />
      )}
    >
      {(edit) =>
        alerts.map((alert) => (
          <Alerts
            key={alert.feature.code}
            alert={alert}
            {...(mayManage && {
              onChange: () => edit(alert),
            })}
          />
        ))
      }
    </EditedPanel>
  )
}

interface AlertsProps {
  readonly alert: UsageAlert
  /** Absent for a reader who must not change them. */
  readonly onChange?: () => void
}

function Alerts({ alert, onChange }: AlertsProps) {
  const { feature, percents, units, onForecast, used, allowance, forecast } = alert
  const levels = [...percents.map((each) => percent(each / 100)), ...units.map((each) => texts.amount(count(each)))]
  return (
    <Stack gap="xs" component="section" aria-label={texts.named(feature.name)}>
      <Group justify="space-between">
        <Title order={3} size="h5">
          {feature.name}
        </Title>
        <Text>
          {allowance === null
            ? texts.noAllowance
            : (used > allowance ? texts.over : texts.used)(count(used), count(allowance))}
        </Text>
      </Group>
      <Group justify="space-between" gap="xs">
        <Group gap="md">
          <Text size="sm">{levels.length > 0 ? texts.levels(levels.join(', ')) : texts.noLevels}</Text>
          {onForecast && <Text size="sm">{texts.onForecast}</Text>}
          {allowance !== null && (
            <Text size="sm" c="dimmed">
              {forecast === null ? texts.noForecast : texts.forecast(count(forecast))}
            </Text>
          )}
          {forecast !== null && allowance !== null && forecast > allowance && (
            <StateBadge color="orange">{texts.beyond}</StateBadge>
          )}
        </Group>
        {onChange && (
          <Button
            size="compact-sm"
            variant="default"
            aria-haspopup="dialog"
            aria-label={texts.changeNamed(feature.name)}
            onClick={onChange}
          >
            {texts.change}
          </Button>
        )}
      </Group>
    </Stack>
  )
}
