import { Button, Group, Text, Title } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import {
  Members,
  RemoveSpendCap,
  SpendCaps as SpendCapsDocument,
  type SpendCapsData,
} from '@stackgate/client/documents'
import { useAction } from '../../session/use-action.js'
import { useOperation } from '../../session/use-operation.js'
import { count, date, minorUnits, money, percent } from '../../ui/format.js'
import { EditedPanel } from '../../ui/edited-panel.js'
import { StateBadge } from '../../ui/shell.js'
import { capWords } from '../../words/en/spend-caps.js'
import { usageWords } from '../../words/en/usage.js'
import { Decision } from './decision.js'

const SpendCapDialog = lazy(async () => ({ default: (await import('./spend-cap-dialog.js')).SpendCapDialog }))
const ConfirmDialog = lazy(async () => ({ default: (await import('../../ui/dialogs.js')).ConfirmDialog }))

type CapAccount = NonNullable<SpendCapsData['account']>
type UnitCap = NonNullable<CapAccount['spendCaps']>[number]
type MoneyCap = NonNullable<CapAccount['moneyCaps']>[number]
export type CappedFeature = SpendCapsData['features'][number]

const texts = capWords

/** A cap in units or in money, as the page shows it. */
export interface SpendCap extends Pick<UnitCap, 'feature' | 'period' | 'setter' | 'alertPercents' | 'resetsAt'> {
  readonly name: string
  readonly isMoney: boolean
  /** Member whose use it limits. Null: the whole account. */
  readonly userId: string | null
  /** The amount as its field has it. */
  readonly typed: string
  readonly amount: string
  readonly used: string
  /** Null if nothing is reserved. */
  readonly reserved: string | null
  readonly isReached: boolean
  /** Counted part of the amount, from 0 to 1. */
  readonly part: number
}

const ofUnits = ({ amount, used, reserved, remaining, ...cap }: UnitCap): SpendCap => ({
  ...cap,
  name: texts.name(cap.feature.name, texts.periods[cap.period]),
  isMoney: false,
  userId: null,
  typed: String(amount),
  amount: count(amount),
  used: count(used),
  reserved: reserved > 0 ? count(reserved) : null,
  isReached: remaining === 0,
  part: (used + reserved) / Math.max(amount, 1),
})

function ofMoney({ amount, used, reserved, remaining, ...cap }: MoneyCap): SpendCap {
  const minor = ({ decimal, currency }: MoneyCap['amount']) => minorUnits(decimal, currency)
  return {
    ...cap,
    name: texts.nameInMoney(cap.feature.name, texts.periods[cap.period]),
    isMoney: true,
    userId: null,
    typed: amount.decimal,
    amount: money(amount),
    used: money(used),
    reserved: minor(reserved) > 0 ? money(reserved) : null,
    isReached: minor(remaining) === 0,
    part: (minor(used) + minor(reserved)) / Math.max(minor(amount), 1),
  }
}

/** A member by user ID and shown name. */
export interface CappedMember {
  readonly id: string
  readonly name: string
}

const ofMember = (cap: SpendCap, userId: string, members: readonly CappedMember[]): SpendCap => ({
  ...cap,
  name: texts.nameOfMember(cap.name, members.find(({ id }) => id === userId)?.name ?? userId),
  userId,
})

/** Limits that the account sets for itself and for its members. Absent if no feature of the catalog can be capped. */
export function SpendCaps({ account }: { readonly account: string }) {
  const query = useOperation(SpendCapsDocument, { account })
  const features = (query.data?.features ?? []).filter(({ cappable }) => cappable)
  const { spendCaps, moneyCaps, memberCaps, memberMoneyCaps } = query.data?.account ?? {}
  const isCappable = features.length > 0 || [...(memberCaps ?? []), ...(memberMoneyCaps ?? [])].length > 0
  const people = useOperation(Members, { account, first: 100 }, { enabled: isCappable })
  const members = (people.data?.account?.members?.nodes ?? []).map(({ user: { id, name, email } }): CappedMember => ({
    id,
    name: name ?? email ?? id,
  }))
  const caps = [
    ...(spendCaps ?? []).map(ofUnits),
    ...(moneyCaps ?? []).map(ofMoney),
    ...(memberCaps ?? []).map((cap) => ofMember(ofUnits(cap), cap.userId, members)),
    ...(memberMoneyCaps ?? []).map((cap) => ofMember(ofMoney(cap), cap.userId, members)),
  ]
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
          members={members}
          currency={query.data?.installation.currency ?? ''}
          cap={edited === 'new' ? null : edited}
          onClose={onClose}
        />
      )}
    >
      {(edit) =>
        caps.map((cap) => (
          <Cap
            key={`${cap.name} ${cap.userId} ${cap.setter}`}
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
  const { name, feature, amount, used, reserved, isReached, part, resetsAt, alertPercents, setter, isMoney, userId } =
    cap
  const text = texts.used(used, amount)
  return (
    <section aria-label={name}>
      <Group justify="space-between">
        <Title order={3} size="h5">
          {name}
        </Title>
        <Group gap="xs">
          {isReached && <StateBadge color="red">{texts.reached}</StateBadge>}
          {setter === 'OPERATOR' && <StateBadge color="gray">{texts.byOperator}</StateBadge>}
        </Group>
      </Group>
      <meter className="meter" min={0} max={1} high={0.8} value={part} aria-label={`${name}: ${text}`} />
      <Group justify="space-between" gap="xs">
        <Group gap="md">
          <Text size="sm">{text}</Text>
          {reserved !== null && <Text size="sm">{texts.reserved(reserved)}</Text>}
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
      {isReached && userId === null && (
        <Decision account={account} feature={feature.code} title={isMoney ? texts.next : usageWords.decision.refused} />
      )}
    </section>
  )
}

function CapActs({ account, cap, onChange }: Omit<CapProps, 'mayManage'>) {
  const [isRemoving, setRemoving] = useState(false)
  const remove = useAction(RemoveSpendCap, () => setRemoving(false))
  const { name } = cap
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
            onConfirm={() =>
              remove.run({
                accountId: account,
                feature: cap.feature.code,
                period: cap.period,
                ...(cap.isMoney && { inMoney: true }),
                userId: cap.userId,
              })
            }
            onClose={() => setRemoving(false)}
          />
        </Suspense>
      )}
    </Group>
  )
}
