import { useId, useState, type ReactNode } from 'react'
import { textOf, words } from '../labels.js'
import { Button } from '../parts/part.js'
import { Meter } from '../parts/usage.js'
import {
  Choice,
  EditableList,
  Field,
  FormDialog,
  RemoveButton,
  useSpendingPart,
  type SpendingPart,
  type SpendingPartProps,
} from './editable-list.js'
import {
  useMemberNames,
  useSpendCaps,
  type NamedMember,
  type SpendCap,
  type SpendCapInput,
  type SpendCapsState,
} from './use-spend-caps.js'
import { typedMoney, wholeNumbers } from './typed-numbers.js'

/** Properties of `SpendCaps`. */
export interface SpendCapsProps extends SpendingPartProps {}

type CapsResult = ReturnType<typeof useSpendCaps>

/** Spend caps of the account and of its members with their use, and dialogs that set and remove them, live. */
export function SpendCaps(props: SpendCapsProps): ReactNode {
  const { accountId } = props
  const part = useSpendingPart(props)
  const { labels } = part
  const result = useSpendCaps(accountId)
  const members = useMemberNames(accountId)
  const { data } = result
  return (
    <EditableList<SpendCap, SpendCapsState>
      part={part}
      title={labels.caps}
      text={labels.capsText}
      none={labels.noCaps}
      add={labels.addCap}
      query={result}
      items={data?.caps ?? null}
      mayAdd={data !== undefined && data.canManage && data.features.length > 0}
      row={(cap, edit) => (
        <CapRow
          key={cap.id}
          part={part}
          cap={cap}
          name={nameOf(part, cap)}
          remove={data?.canManage && !cap.setByOperator ? result.remove : null}
          accountId={accountId}
          onEdit={edit}
        />
      )}
      dialog={(cap, close) => (
        <CapDialog
          part={part}
          cap={cap}
          name={cap && nameOf(part, cap)}
          state={data!}
          members={members}
          set={result.set}
          accountId={accountId}
          onClose={close}
        />
      )}
    />
  )
}

const isMoneyCap = ({ limit }: SpendCap): boolean => limit.money !== null

function nameOf({ labels }: SpendingPart, cap: SpendCap): string {
  const { feature, member } = cap
  const period = textOf(labels.capPeriods, cap.period) ?? cap.period
  const name = isMoneyCap(cap) ? labels.capNameInMoney(feature.name, period) : labels.capName(feature.name, period)
  return member ? labels.capNameOfMember(name, member.name ?? member.email ?? member.id) : name
}

/** Texts and numbers of a cap. Numbers of money are only for the meter. */
function shownCap({ labels, number }: SpendingPart, { limit, used, reserved, remaining }: SpendCap) {
  const text = ({ units, money }: SpendCap['limit']) => money?.formatted ?? number(units ?? 0)
  const size = ({ units, money }: SpendCap['limit']) => Number(money?.decimal ?? units)
  const { capOver, capUsed } = labels
  return {
    text: (size(used) > size(limit) ? capOver : capUsed)(text(used), text(limit)),
    reserved: size(reserved) > 0 ? text(reserved) : null,
    isReached: size(remaining) <= 0,
    limit: size(limit),
    counted: size(used) + size(reserved),
  }
}

interface CapRowProps {
  readonly part: SpendingPart
  readonly cap: SpendCap
  readonly name: string
  /** Null if the caller cannot change it. */
  readonly remove: CapsResult['remove'] | null
  readonly accountId: string | undefined
  readonly onEdit: () => void
}

function CapRow({ part, cap, name, remove, accountId, onEdit }: CapRowProps): ReactNode {
  const { labels, slot, date, percents } = part
  const id = useId()
  const { text, reserved, isReached, limit, counted } = shownCap(part, cap)
  const { resetsAt, alertPercents, setByOperator } = cap
  return (
    <section className={slot('meter', 'sg-row')} aria-labelledby={id}>
      <h3 id={id} className={slot('meter-name')}>
        {name}
      </h3>
      <Meter part={part} headingId={id} used={counted} limit={limit} text={text} isNear={isReached} />
      <p className={slot('meter-text')}>
        {text}
        {reserved ? ` · ${labels.capReserved(reserved)}` : ''}
      </p>
      <p className={slot('detail')}>
        {labels.capResets(date(resetsAt))} ·{' '}
        {alertPercents.length > 0 ? labels.alertsAt(percents(alertPercents)) : labels.noAlerts}
      </p>
      <div aria-live="polite">{isReached ? <p className={slot('warning')}>{labels.capReached}</p> : null}</div>
      {setByOperator ? <p className={slot('detail')}>{labels.capOfOperator}</p> : null}
      {remove ? (
        <div className={slot('actions')}>
          <Button part={part} aria-haspopup="dialog" aria-label={labels.editCap(name)} onClick={onEdit}>
            {labels.edit}
          </Button>
          <RemoveButton
            part={part}
            name={labels.removeCap(name)}
            text={labels.removeCapText(name)}
            input={{ id: cap.id }}
            mutation={remove}
            accountId={accountId}
          />
        </div>
      ) : null}
    </section>
  )
}

interface CapDialogProps {
  readonly part: SpendingPart
  /** Null: a new one. */
  readonly cap: SpendCap | null
  readonly name: string | null
  readonly state: SpendCapsState
  readonly members: readonly NamedMember[]
  readonly set: CapsResult['set']
  readonly accountId: string | undefined
  readonly onClose: () => void
}

const PERIODS = ['MONTH', 'DAY', 'BILLING_PERIOD'] as const
/** Value of the choice of a member that stands for all of them. */
const EVERYBODY = ''

function CapDialog({ part, cap, name, state, members, set, accountId, onClose }: CapDialogProps): ReactNode {
  const { labels } = part
  const { features, currency } = state
  const [code, setCode] = useState(cap?.feature.code ?? features[0]?.code ?? '')
  const [period, setPeriod] = useState<SpendCap['period']>(cap?.period ?? 'MONTH')
  const [userId, setUserId] = useState(cap?.member?.id ?? EVERYBODY)
  const [kind, setKind] = useState<'UNITS' | 'MONEY'>(cap && isMoneyCap(cap) ? 'MONEY' : 'UNITS')
  const [amount, setAmount] = useState(cap?.limit.money?.decimal ?? String(cap?.limit.units ?? ''))
  const [percents, setPercents] = useState((cap?.alertPercents ?? [80, 100]).join(', '))
  const feature = features.find((each) => each.code === code)
  const mayBeMoney = cap ? isMoneyCap(cap) : feature?.cappableInMoney === true
  const isMoney = kind === 'MONEY' && mayBeMoney
  const alertPercents = wholeNumbers(percents, 100)
  const save = (): void => {
    const limit = isMoney ? { money: typedMoney(amount, currency) } : { units: Math.trunc(Number(amount)) }
    const input = {
      feature: code,
      period: period as SpendCapInput['period'],
      limit,
      userId: userId || null,
      alertPercents: alertPercents ?? [],
    }
    void set.mutateAsync(input).then(close, () => undefined)
  }
  const close = (): void => {
    set.reset()
    onClose()
  }
  return (
    <FormDialog
      part={part}
      title={name === null ? labels.addCap : labels.editCap(name)}
      submit={labels.save}
      isBlocked={alertPercents === null}
      mutation={set}
      accountId={accountId}
      onSubmit={save}
      onClose={close}
    >
      {cap ? null : (
        <>
          <Choice
            part={part}
            label={labels.feature}
            value={code}
            choices={features.map((each) => [each.code, each.name] as const)}
            onChange={setCode}
          />
          <Choice
            part={part}
            label={labels.capPeriod}
            value={period}
            choices={PERIODS.map((each) => [each, labels.capPeriods[each]] as const)}
            onChange={setPeriod}
          />
          {members.length > 1 ? (
            <Choice
              part={part}
              label={labels.capMember}
              value={userId}
              choices={[[EVERYBODY, labels.capOfEverybody], ...members.map((each) => [each.id, each.name] as const)]}
              onChange={setUserId}
            />
          ) : null}
          {mayBeMoney ? (
            <Choice
              part={part}
              label={labels.capKind}
              value={kind}
              choices={(['UNITS', 'MONEY'] as const).map((each) => [each, labels.capKinds[each]] as const)}
              onChange={setKind}
            />
          ) : null}
        </>
      )}
      <Field
        part={part}
        label={isMoney ? labels.capMoney(currency) : labels.capAmount(words(feature?.unit ?? 'units'))}
        {...(isMoney ? { hint: labels.capMoneyHint, min: 0, step: 'any' } : { min: 1 })}
        value={amount}
        onChange={setAmount}
      />
      <Field
        part={part}
        label={labels.capPercents}
        hint={labels.percentsHint}
        error={alertPercents ? null : labels.percentsInvalid}
        value={percents}
        onChange={setPercents}
      />
    </FormDialog>
  )
}
