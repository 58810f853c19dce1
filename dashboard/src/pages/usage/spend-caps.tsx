import { Button, Group, Text, Title } from '@mantine/core'
import { Suspense, useState } from 'react'
import {
  Members,
  RemoveSpendCap,
  SpendCaps as SpendCapsDocument,
  type SpendCapFields,
  type SpendCapsData,
} from '@stackgate/client/documents'
import { knownText } from '../../ui/known-text.js'
import { useAction } from '../../session/use-action.js'
import { useOperation } from '@stackgate/react/hooks'
import { count, date, money, percent } from '../../ui/format.js'
import { EditedPanel } from '../../ui/edited-panel.js'
import { StateBadge } from '../../ui/state-badge.js'
import { capWords } from '../../words/en/spend-caps.js'
import { FoldedDecision } from './decision.js'
import { lazyPart } from '../../session/load-part.js'

const SpendCapDialog = lazyPart(() => import('./spend-cap-dialog.js'), 'SpendCapDialog')
const ConfirmDialog = lazyPart(() => import('../../ui/dialogs.js'), 'ConfirmDialog')

export type CappedFeature = SpendCapsData['features'][number]

const texts = capWords

/** A cap as the page shows it. */
export interface SpendCap extends Pick<
  SpendCapFields,
  'id' | 'feature' | 'period' | 'member' | 'setByOperator' | 'alertPercents' | 'resetsAt'
> {
  readonly name: string
  readonly isMoney: boolean
  /** The limit as its field has it. */
  readonly typed: string
  /** Use and limit. */
  readonly text: string
  /** Null if nothing is reserved. */
  readonly reserved: string | null
  readonly isReached: boolean
  /** Counted part of the limit, from 0 to 1. */
  readonly part: number
}

type Quantity = SpendCapFields['limit']

const sizeOf = ({ units, money: cost }: Quantity): number => (cost ? Number(cost.decimal) : (units ?? 0))
const textOf = ({ units, money: cost }: Quantity): string => (cost ? money(cost) : count(units ?? 0))

/** Numbers of a cap as text. */
export const shownNumbers = ({ limit, used, reserved, remaining }: SpendCapFields) => ({
  text: (sizeOf(used) > sizeOf(limit) ? texts.over : texts.used)(textOf(used), textOf(limit)),
  reserved: sizeOf(reserved) > 0 ? textOf(reserved) : null,
  isReached: sizeOf(remaining) === 0,
  part: sizeOf(limit) === 0 ? 1 : (sizeOf(used) + sizeOf(reserved)) / sizeOf(limit),
})

/** A cap as text and numbers. */
function shownCap(cap: SpendCapFields): SpendCap {
  const { feature, period, member, limit } = cap
  const name = (limit.money ? texts.nameInMoney : texts.name)(feature.name, knownText(texts.periods, period) ?? period)
  return {
    ...cap,
    name: member ? texts.nameOfMember(name, nameOf(member)) : name,
    isMoney: limit.money !== null,
    typed: limit.money?.decimal ?? String(limit.units),
    ...shownNumbers(cap),
  }
}

/** A member by user ID and shown name. */
export interface CappedMember {
  readonly id: string
  readonly name: string
}

const nameOf = ({ name }: NonNullable<SpendCapFields['member']>): string => name

/** Limits that the account sets for itself and for its members. Absent if no feature of the catalog can be capped. */
export function SpendCaps({ account }: { readonly account: string }) {
  const query = useOperation(SpendCapsDocument, { account, first: 100 })
  const features = (query.data?.features ?? []).filter(({ cappable }) => cappable)
  const caps = (query.data?.account?.usage?.spendCaps?.nodes ?? []).map(shownCap)
  const people = useOperation(Members, { account, first: 100 }, { enabled: features.length > 0 })
  const members = (people.data?.account?.members?.nodes ?? []).map(({ user }): CappedMember => ({
    id: user.id,
    name: nameOf(user),
  }))
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
          currency={query.data?.account?.usage?.currency ?? ''}
          cap={edited === 'new' ? null : edited}
          onClose={onClose}
        />
      )}
    >
      {(edit) =>
        caps.map((cap) => (
          <Cap key={cap.id} account={account} cap={cap} mayManage={mayManage} onChange={() => edit(cap)} />
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
  const { name, feature, text, reserved, isReached, part, resetsAt, alertPercents, setByOperator, isMoney } = cap
  return (
    <section aria-label={name}>
      <Group justify="space-between">
        <Title order={3} size="h5">
          {name}
        </Title>
        <Group gap="xs">
          {isReached && <StateBadge color="red">{texts.reached}</StateBadge>}
          {setByOperator && <StateBadge color="gray">{texts.byOperator}</StateBadge>}
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
        {setByOperator ? (
          <Text size="sm" c="dimmed">
            {texts.byOperatorHint}
          </Text>
        ) : (
          mayManage && <CapActs account={account} cap={cap} onChange={onChange} />
        )}
      </Group>
      {isReached && !cap.member && (
        <FoldedDecision account={account} feature={feature.code} {...(isMoney && { title: texts.next })} />
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
            onConfirm={() => remove.run({ id: cap.id })}
            onClose={() => setRemoving(false)}
          />
        </Suspense>
      )}
    </Group>
  )
}
