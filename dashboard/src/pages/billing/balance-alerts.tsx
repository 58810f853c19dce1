import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { Alerts as AlertsDocument, type AlertFields } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { count, percent } from '../../ui/format.js'
import { EditedPanel } from '../../ui/edited-panel.js'
import { StateBadge } from '../../ui/state-badge.js'
import { topUpWords } from '../../words/en/top-ups.js'
import { lazyPart } from '../../session/load-part.js'

const BalanceAlertsDialog = lazyPart(() => import('./balance-alerts-dialog.js'), 'BalanceAlertsDialog')

/** A feature with the levels of its alerts. */
export interface AlertedFeature {
  readonly code: string
  readonly name: string
  /** All alerts of the feature. */
  readonly alerts: readonly AlertFields[]
}

const texts = topUpWords.alerts

/** Balances below which an email is sent. Absent if no feature of the catalog can have alerts. */
export function BalanceAlerts({ account }: { readonly account: string }) {
  const query = useOperation(AlertsDocument, { account })
  const all = query.data?.account?.usage?.alerts ?? []
  const features = (query.data?.features ?? [])
    .filter(({ alertable }) => alertable)
    .map(({ code, name }): AlertedFeature => ({
      code,
      name,
      alerts: all.filter(({ feature }) => feature.code === code),
    }))
  if (!query.error && features.length === 0) return null
  const mayManage = query.data?.account?.viewerCan.includes('BILLING_MANAGE') ?? false
  const shown = features.filter(({ alerts }) => onBalance(alerts).length > 0)
  const free = features.filter(({ alerts }) => onBalance(alerts).length === 0)
  return (
    <EditedPanel<AlertedFeature>
      texts={texts}
      query={query}
      isEmpty={shown.length === 0}
      mayAdd={mayManage && free.length > 0}
      dialog={(edited, onClose) => (
        <BalanceAlertsDialog account={account} features={edited === 'new' ? free : [edited]} onClose={onClose} />
      )}
    >
      {(edit) =>
        shown.map((feature) => (
          <Levels
            key={feature.code}
            name={feature.name}
            alerts={onBalance(feature.alerts)}
            {...(mayManage && {
              onChange: () => edit(feature),
            })}
          />
        ))
      }
    </EditedPanel>
  )
}

const onBalance = (alerts: readonly AlertFields[]): AlertFields[] => alerts.filter(({ basis }) => basis === 'BALANCE')

const levelText = ({ units, percent: share, base }: AlertFields): string =>
  share === null
    ? texts.level(count(units ?? 0))
    : texts.percentLevel(percent(share / 100), count(units ?? 0), count(base ?? 0))

interface LevelsProps {
  readonly name: string
  readonly alerts: readonly AlertFields[]
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
            <Group gap="xs" key={alert.id}>
              <Text size="sm">{levelText(alert)}</Text>
              {alert.reached && <StateBadge color="orange">{texts.reached}</StateBadge>}
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
