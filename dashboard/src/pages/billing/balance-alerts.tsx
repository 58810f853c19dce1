import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { lazy } from 'react'
import {
  BalanceAlerts as BalanceAlertsDocument,
  TopUpChoices,
  type BalanceAlertsData,
} from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { count, percent } from '../../ui/format.js'
import { EditedPanel } from '../../ui/edited-panel.js'
import { StateBadge } from '../../ui/shell.js'
import { topUpWords } from '../../words/en/top-ups.js'

const BalanceAlertsDialog = lazy(async () => ({
  default: (await import('./balance-alerts-dialog.js')).BalanceAlertsDialog,
}))

type Alert = NonNullable<NonNullable<BalanceAlertsData['account']>['balanceAlerts']>[number]

/** A feature with the levels of its alerts. */
export interface AlertedFeature {
  readonly code: string
  readonly name: string
  /** In units. */
  readonly levels: readonly number[]
  readonly percents: readonly number[]
}

const texts = topUpWords.alerts

/** Balances below which an email is sent. Absent if no feature of the catalog can have alerts. */
export function BalanceAlerts({ account }: { readonly account: string }) {
  const choices = useOperation(TopUpChoices, {})
  const query = useOperation(BalanceAlertsDocument, { account })
  const alerts = query.data?.account?.balanceAlerts ?? []
  const features = (choices.data?.features ?? []).filter(({ alertable }) => alertable)
  if (!choices.error && features.length === 0 && alerts.length === 0) return null
  const mayManage = query.data?.account?.viewerCan.includes('BILLING_MANAGE') ?? false
  const alertsOf = (code: string) => alerts.filter(({ feature }) => feature.code === code)
  const shown = features.filter(({ code }) => alertsOf(code).length > 0)
  const free = features.filter(({ code }) => alertsOf(code).length === 0)
  return (
    <EditedPanel<AlertedFeature>
      texts={texts}
      query={choices.error ? choices : query}
      isEmpty={alerts.length === 0}
      mayAdd={mayManage && free.length > 0}
      dialog={(edited, onClose) => (
        <BalanceAlertsDialog
          account={account}
          features={edited === 'new' ? free.map((feature) => ({ ...feature, levels: [], percents: [] })) : [edited]}
          onClose={onClose}
        />
      )}
    >
      {(edit) =>
        shown.map(({ code, name }) => (
          <Levels
            key={code}
            name={name}
            alerts={alertsOf(code)}
            {...(mayManage && {
              onChange: () => edit({ code, name, ...levelsOf(alertsOf(code)) }),
            })}
          />
        ))
      }
    </EditedPanel>
  )
}

const levelsOf = (alerts: readonly Alert[]): Pick<AlertedFeature, 'levels' | 'percents'> => ({
  levels: alerts.flatMap((alert) => (alert.percent === null ? [alert.threshold] : [])),
  percents: alerts.flatMap((alert) => alert.percent ?? []),
})

const levelText = ({ threshold, percent: share, base }: Alert): string =>
  share === null
    ? texts.level(count(threshold))
    : texts.percentLevel(percent(share / 100), count(threshold), count(base ?? 0))

interface LevelsProps {
  readonly name: string
  readonly alerts: readonly Alert[]
  /** Absent for a reader who must not change them. */
  readonly onChange?: () => void
}

function Levels({ name, alerts, onChange }: LevelsProps) {
  const balance = alerts[0]?.balance ?? null
  return (
    <Stack gap="xs" component="section" aria-label={texts.named(name)}>
      <Group justify="space-between">
        <Title order={3} size="h5">
          {name}
        </Title>
        <Text>{balance === null ? texts.unlimited : texts.balance(count(balance))}</Text>
      </Group>
      <Group justify="space-between" gap="xs">
        <Group gap="md">
          {alerts.map((alert) => (
            <Group gap="xs" key={levelText(alert)}>
              <Text size="sm">{levelText(alert)}</Text>
              {alert.below && <StateBadge color="orange">{texts.reached}</StateBadge>}
            </Group>
          ))}
        </Group>
        {onChange && (
          <Button
            size="compact-sm"
            variant="default"
            aria-haspopup="dialog"
            aria-label={texts.changeNamed(name)}
            onClick={onChange}
          >
            {texts.change}
          </Button>
        )}
      </Group>
    </Stack>
  )
}
