import type { AutoTopUpFields } from '@stackgate/client/documents'
import { useId, type ReactNode } from 'react'
import { useCreatePortalSession } from '../hooks/checkout.js'
import { words } from '../labels.js'
import { Outcome } from '../parts/denial.js'
import { Button, Failure, Loading } from '../parts/part.js'
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
  isMethodStop,
  useAutoTopUpForm,
  useAutoTopUps,
  type AutoTopUpPreview,
  type AutoTopUpsResult,
  type AutoTopUpsState,
} from './use-auto-top-ups.js'

/** Properties of `AutoTopUps`. */
export interface AutoTopUpsProps extends SpendingPartProps {
  /** Opens the billing portal instead of the `redirect` of the provider. */
  readonly onRedirect?: ((url: string) => unknown) | undefined
}

/** Automatic top-ups with their state, and dialogs that preview, agree to, start again and remove them, live. */
export function AutoTopUps(props: AutoTopUpsProps): ReactNode {
  const { accountId, onRedirect } = props
  const part = useSpendingPart(props)
  const { labels } = part
  const result = useAutoTopUps(accountId)
  const { data } = result
  const autos = data?.autoTopUps ?? null
  return (
    <EditableList<AutoTopUpFields, AutoTopUpsState>
      part={part}
      title={labels.topUps}
      text={labels.topUpsText}
      none={labels.noTopUps}
      add={labels.addTopUp}
      query={result}
      items={autos}
      mayAdd={data !== undefined && data.canManage && data.freePacks.length > 0}
      row={(auto, edit) => (
        <TopUpRow
          key={auto.feature.code}
          part={part}
          auto={auto}
          remove={data?.canManage ? result.remove : null}
          accountId={accountId}
          onRedirect={onRedirect}
          onEdit={edit}
        />
      )}
      dialog={(auto, close) => (
        <TopUpDialog part={part} auto={auto} result={result} accountId={accountId} onClose={close} />
      )}
    />
  )
}

interface TopUpRowProps {
  readonly part: SpendingPart
  readonly auto: AutoTopUpFields
  /** Null if the caller cannot change it. */
  readonly remove: AutoTopUpsResult['remove'] | null
  readonly accountId: string | undefined
  readonly onRedirect: ((url: string) => unknown) | undefined
  readonly onEdit: () => void
}

function TopUpRow({ part, auto, remove, accountId, onRedirect, onEdit }: TopUpRowProps): ReactNode {
  const { labels, slot, number } = part
  const { feature, quantity, threshold, price, thisMonthCount, maxPerMonth, status, stopReason } = auto
  const id = useId()
  const name = auto.package?.name ?? feature.name
  const pack = quantity === 1 ? name : labels.topUpPacks(number(quantity), name)
  const edit = status === 'STOPPED' ? labels.startTopUp : labels.edit
  return (
    <section className={slot('meter', 'sg-row')} aria-labelledby={id}>
      <h3 id={id} className={slot('meter-name')}>
        {feature.name}
      </h3>
      <p className={slot('badge')}>{labels.topUpStatuses[status] ?? words(status.toLowerCase())}</p>
      <p className={slot('meter-text')}>{labels.topUpTerms(pack, price.formatted, number(threshold), feature.name)}</p>
      <p className={slot('detail')}>{labels.topUpMonth(number(thisMonthCount), number(maxPerMonth))}</p>
      {status === 'WAITING' ? <p className={slot('warning')}>{labels.topUpWaiting}</p> : null}
      {stopReason ? (
        <Stop
          part={part}
          reason={stopReason}
          mayManage={remove !== null}
          accountId={accountId}
          onRedirect={onRedirect}
        />
      ) : null}
      {remove ? (
        <div className={slot('actions')}>
          <Button
            part={part}
            isPrimary={status === 'STOPPED'}
            aria-haspopup="dialog"
            aria-label={`${edit}: ${labels.editTopUp(feature.name)}`}
            onClick={onEdit}
          >
            {edit}
          </Button>
          <RemoveButton
            part={part}
            name={labels.removeTopUp(feature.name)}
            text={labels.removeTopUpText(feature.name)}
            input={{ feature: feature.code }}
            mutation={remove}
            accountId={accountId}
          />
        </div>
      ) : null}
    </section>
  )
}

interface StopProps extends Pick<TopUpRowProps, 'part' | 'accountId' | 'onRedirect'> {
  readonly reason: string
  readonly mayManage: boolean
}

function Stop({ part, reason, mayManage, accountId, onRedirect }: StopProps): ReactNode {
  const { labels, slot } = part
  const portal = useCreatePortalSession({ accountId, onRedirect })
  return (
    <div role="alert">
      <p className={slot('warning')}>
        {labels.topUpStops[reason] ?? words(reason.toLowerCase())} {labels.topUpStopped}
      </p>
      {mayManage && isMethodStop(reason) ? (
        <Button part={part} isBusy={portal.isPending} onClick={portal.mutate}>
          {labels.manageBilling}
        </Button>
      ) : null}
      <Outcome part={part} denial={portal.denial} accountId={accountId} />
      <Failure part={part} error={portal.error} onRetry={portal.mutate} />
    </div>
  )
}

interface TopUpDialogProps {
  readonly part: SpendingPart
  /** Null: a new one. */
  readonly auto: AutoTopUpFields | null
  readonly result: AutoTopUpsResult
  readonly accountId: string | undefined
  readonly onClose: () => void
}

function TopUpDialog({ part, auto, result, accountId, onClose }: TopUpDialogProps): ReactNode {
  const { labels } = part
  const { set } = result
  const form = useAutoTopUpForm(result, auto, accountId)
  const { packs, values, setValue, grant, preview, price } = form
  const close = (): void => {
    set.reset()
    onClose()
  }
  const save = async (): Promise<void> => {
    if (await form.save()) close()
  }
  return (
    <FormDialog
      part={part}
      title={auto ? labels.editTopUp(auto.feature.name) : labels.addTopUp}
      submit={price ? labels.topUpAgree(price.formatted) : labels.addTopUp}
      isBlocked={!price}
      mutation={set}
      accountId={accountId}
      onSubmit={() => void save()}
      onClose={close}
    >
      <Choice
        part={part}
        label={labels.topUpPack}
        value={values.package}
        choices={packs.map((pack) => [pack.code, pack.name] as const)}
        onChange={(value) => setValue('package', value)}
      />
      <Field
        part={part}
        label={labels.topUpQuantity}
        min={1}
        value={values.quantity}
        onChange={(value) => setValue('quantity', value)}
      />
      <Field
        part={part}
        label={labels.topUpThreshold(grant?.feature.name ?? '')}
        min={1}
        value={values.threshold}
        onChange={(value) => setValue('threshold', value)}
      />
      <Field
        part={part}
        label={labels.topUpMaxPerMonth}
        min={1}
        value={values.maxPerMonth}
        onChange={(value) => setValue('maxPerMonth', value)}
      />
      <section aria-label={labels.topUpPreview} aria-live="polite">
        {preview.isPending ? <Loading part={part} /> : null}
        {preview.data ? <Effect part={part} effect={preview.data} accountId={accountId} /> : null}
        <Failure part={part} error={preview.error} onRetry={preview.refetch} />
      </section>
    </FormDialog>
  )
}

interface EffectProps extends Pick<TopUpDialogProps, 'part' | 'accountId'> {
  readonly effect: AutoTopUpPreview
}

/** Price and first effect of the terms, or their denial. */
function Effect({ part, effect, accountId }: EffectProps): ReactNode {
  const { labels, slot, number } = part
  const { feature, price, maxPricePerMonth, units, balance, chargesNow, paymentMethod, denial } = effect
  return (
    <>
      {feature && price && units !== null ? (
        <p className={slot('message')}>{labels.topUpEach(number(units), feature.name, price.formatted)}</p>
      ) : null}
      {maxPricePerMonth ? <p className={slot('detail')}>{labels.topUpMaxPrice(maxPricePerMonth.formatted)}</p> : null}
      {paymentMethod ? <p className={slot('detail')}>{labels.topUpPaidWith(paymentMethod.label)}</p> : null}
      {balance === null ? null : <p className={slot('detail')}>{labels.topUpBalance(number(balance))}</p>}
      {chargesNow ? <p className={slot('warning')}>{labels.topUpChargesNow}</p> : null}
      <Outcome part={part} denial={denial} accountId={accountId} />
    </>
  )
}
