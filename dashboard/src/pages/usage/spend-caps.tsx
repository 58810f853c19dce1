import { Button, Group, Text, Title } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import { RemoveSpendCap, SpendCaps as SpendCapsDocument, type SpendCapsData } from '@stackgate/client/documents'
import { useAction } from '../../session/use-action.js'
import { useOperation } from '../../session/use-operation.js'
import { count, date, percent } from '../../ui/format.js'
import { EditedPanel } from '../../ui/edited-panel.js'
import { StateBadge } from '../../ui/shell.js'
import { capWords } from '../../words/en/spend-caps.js'
import { usageWords } from '../../words/en/usage.js'
import { Decision } from './decision.js'

const SpendCapDialog = lazy(async () => ({ default: (await import('./spend-cap-dialog.js')).SpendCapDialog }))
const ConfirmDialog = lazy(async () => ({ default: (await import('../../ui/dialogs.js')).ConfirmDialog }))

type CapAccount = NonNullable<SpendCapsData['account']>
export type SpendCap = NonNullable<CapAccount['spendCaps']>[number]
export type CappedFeature = SpendCapsData['features'][number]

const texts = capWords

export const capName = ({ feature, period }: SpendCap): string => texts.name(feature.name, texts.periods[period])

/** Limits that the account sets for itself. Absent if no feature of the catalog can be capped. */
export function SpendCaps({ account }: { readonly account: string }) {
  const query = useOperation(SpendCapsDocument, { account })
  const features = (query.data?.features ?? []).filter(({ cappable }) => cappable)
  const caps = query.data?.account?.spendCaps ?? []
  if (!query.error && features.length === 0 && caps.length === 0) return null
  const mayManage = query.data?.account?.viewerCan.includes('BILLING_MANAGE') ?? false
  return (
    <EditedPanel<SpendCap>
      texts={texts}
      query={query}
      isEmpty={caps.length === 0}
      mayAdd={mayManage && features.length > 0}
      dialog={(edited, onClose) => (
        <SpendCapDialog
          account={account}
          features={features}
          cap={edited === 'new' ? null : edited}
          onClose={onClose}
        />
      )}
    >
      {(edit) =>
        caps.map((cap) => (
          <Cap
            key={`${cap.feature.code} ${cap.period} ${cap.setter}`}
            account={account}
            cap={cap}
            mayManage={mayManage}
            onChange={() => edit(cap)}
          />
        ))
      }
    </EditedPanel>
  )
}

interface CapProps {
  readonly account: string
  readonly cap: SpendCap
  readonly mayManage: boolean
  readonly onChange: () => void
}

function Cap({ account, cap, mayManage, onChange }: CapProps) {
  const { feature, amount, used, reserved, remaining, resetsAt, alertPercents, setter } = cap
  const name = capName(cap)
  const text = texts.used(count(used), count(amount))
  return (
    <section aria-label={name}>
      <Group justify="space-between">
        <Title order={3} size="h5">
          {name}
        </Title>
        <Group gap="xs">
          {remaining === 0 && <StateBadge color="red">{texts.reached}</StateBadge>}
          {setter === 'OPERATOR' && <StateBadge color="gray">{texts.byOperator}</StateBadge>}
        </Group>
      </Group>
      <meter
        className="meter"
        min={0}
        max={Math.max(amount, 1)}
        high={amount * 0.8}
        value={used + reserved}
        aria-label={`${name}: ${text}`}
      />
      <Group justify="space-between" gap="xs">
        <Group gap="md">
          <Text size="sm">{text}</Text>
          {reserved > 0 && <Text size="sm">{texts.reserved(count(reserved))}</Text>}
          <Text size="sm" c="dimmed">
            {texts.resets(date(resetsAt))}
          </Text>
          <Text size="sm" c="dimmed">
            {alertPercents.length > 0
              ? texts.alerts(alertPercents.map((each) => percent(each / 100)).join(', '))
              : texts.noAlerts}
          </Text>
        </Group>
        {setter === 'OPERATOR' ? (
          <Text size="sm" c="dimmed">
            {texts.byOperatorHint}
          </Text>
        ) : (
          mayManage && <CapActs account={account} cap={cap} onChange={onChange} />
        )}
      </Group>
      {remaining === 0 && <Decision account={account} feature={feature.code} title={usageWords.decision.refused} />}
    </section>
  )
}

function CapActs({ account, cap, onChange }: Omit<CapProps, 'mayManage'>) {
  const [isRemoving, setRemoving] = useState(false)
  const remove = useAction(RemoveSpendCap, () => setRemoving(false))
  const name = capName(cap)
  return (
    <Group gap="xs">
      <Button
        size="compact-sm"
        variant="default"
        aria-haspopup="dialog"
        aria-label={texts.changeNamed(name)}
        onClick={onChange}
      >
        {texts.change}
      </Button>
      <Button
        size="compact-sm"
        variant="subtle"
        color="red"
        aria-haspopup="dialog"
        aria-label={texts.removeNamed(name)}
        onClick={() => setRemoving(true)}
      >
        {texts.remove}
      </Button>
      {isRemoving && (
        <Suspense>
          <ConfirmDialog
            title={texts.removeTitle}
            text={texts.removeText(name)}
            action={texts.remove}
            keep={texts.keep}
            account={account}
            outcome={remove}
            isDangerous
            onConfirm={() => remove.run({ accountId: account, feature: cap.feature.code, period: cap.period })}
            onClose={() => setRemoving(false)}
          />
        </Suspense>
      )}
    </Group>
  )
}
