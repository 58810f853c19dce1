import { useState } from 'react'
import type { InvoiceAccess, TaxExemption } from '@stackgate/client'
import { ChargingTerms as Document, SetChargingTerms, type ChargingTermsData } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { usePageAction } from '../../session/use-page-action.js'
import { ActDialog } from '../../ui/act-dialog.js'
import { DetailList } from '../../ui/detail-list.js'
import { money } from '../../ui/format.js'
import { knownText } from '../../ui/known-text.js'
import { moneyStep, typedMoney } from '../../ui/money.js'
import { NumberField } from '../../ui/number-field.js'
import { Panel } from '../../ui/panel.js'
import { Select } from '../../ui/select.js'
import { toast } from '../../ui/toast.js'
import { chargingWords as texts } from '../../words/en/charging-terms.js'

/** Shows whether an account pays taxes, how it pays its plans, and when its use beyond the allowances is invoiced. */
export function ChargingTerms({ account }: { readonly account: string }) {
  const query = useOperation(Document, { account })
  return (
    <Panel title={texts.title} query={query}>
      {({ account: found }) => {
        const { exemption, terms } = termsOf(found)
        const threshold = found?.billing?.overageThreshold
        return (
          <DetailList
            items={[
              [texts.taxes, knownText(texts.exemptions, exemption) ?? exemption],
              [texts.payment, terms ? texts.byInvoice(terms.daysUntilDue, terms.access) : texts.charged],
              [texts.overage, threshold ? texts.invoicedAt(money(threshold)) : texts.invoicedAtEnd],
            ]}
          />
        )
      }}
    </Panel>
  )
}

const termsOf = (account: ChargingTermsData['account']) => ({
  exemption: (account?.billing?.billingDetails?.taxExemption ?? 'NONE') as TaxExemption,
  terms: account?.billing?.invoiceTerms ?? null,
})

/** Changes one of the terms. */
export function ChargingDialog({
  part,
  ...common
}: DialogProps & { readonly part: 'taxes' | 'payment' | 'threshold' }) {
  const { data } = useOperation(Document, { account: common.account })
  if (!data) return null
  const { exemption, terms } = termsOf(data.account)
  if (part === 'taxes') return <TaxesDialog {...common} present={exemption} />
  if (part === 'payment') return <PaymentDialog {...common} present={terms} />
  return <ThresholdDialog {...common} currency={data.account?.usage?.currency ?? ''} />
}

interface DialogProps {
  readonly account: string
  readonly onClose: () => void
}

const EXEMPTIONS = Object.entries(texts.exemptions).map(([value, label]) => ({ value: value as TaxExemption, label }))

function TaxesDialog({ account, present, onClose }: DialogProps & { readonly present: TaxExemption }) {
  const [exemption, setExemption] = useState(present)
  const change = usePageAction(SetChargingTerms, () => {
    toast({ text: texts.taxesChanged })
    onClose()
  })
  return (
    <ActDialog
      title={texts.changeTaxes}
      effect={texts.taxesEffect}
      confirm={texts.changeTaxes}
      isDisabled={exemption === present}
      action={change}
      onConfirm={(reason) => change.run({ input: { accountId: account, taxExemption: exemption, reason } })}
      onClose={onClose}
    >
      <Select
        label={texts.taxes}
        data={EXEMPTIONS}
        value={exemption}
        onChange={(value) => setExemption(value ?? present)}
      />
    </ActDialog>
  )
}

const METHODS = [
  { value: 'charged', label: texts.charged },
  { value: 'FROM_START', label: texts.access.FROM_START },
  { value: 'FROM_PAYMENT', label: texts.access.FROM_PAYMENT },
] as const

const USUAL_DAYS = '30'

function PaymentDialog({
  account,
  present,
  onClose,
}: DialogProps & { readonly present: { readonly daysUntilDue: number; readonly access: string } | null }) {
  const [method, setMethod] = useState<'charged' | InvoiceAccess>((present?.access as InvoiceAccess) ?? 'charged')
  const [days, setDays] = useState(String(present?.daysUntilDue ?? USUAL_DAYS))
  const change = usePageAction(SetChargingTerms, () => {
    toast({ text: texts.paymentChanged })
    onClose()
  })
  const isCharged = method === 'charged'
  return (
    <ActDialog
      title={texts.changePayment}
      effect={isCharged ? texts.chargedEffect : texts.invoiceEffect}
      confirm={texts.changePayment}
      isDisabled={isCharged ? present === null : method === present?.access && Number(days) === present.daysUntilDue}
      action={change}
      onConfirm={(reason) =>
        change.run({
          input: {
            accountId: account,
            ...(isCharged ? { daysUntilDue: null } : { daysUntilDue: Number(days), invoiceAccess: method }),
            reason,
          },
        })
      }
      onClose={onClose}
    >
      <Select label={texts.payment} data={METHODS} value={method} onChange={(value) => setMethod(value ?? method)} />
      {!isCharged && <NumberField label={texts.days} isRequired min={1} value={days} onChange={setDays} />}
    </ActDialog>
  )
}

const OWNERS = [
  { value: 'account', label: texts.ofAccount },
  { value: 'plan', label: texts.ofPlan },
] as const

function ThresholdDialog({ account, currency, onClose }: DialogProps & { readonly currency: string }) {
  const [owner, setOwner] = useState<'account' | 'plan'>('account')
  const [cost, setCost] = useState('')
  const change = usePageAction(SetChargingTerms, () => {
    toast({ text: texts.thresholdChanged })
    onClose()
  })
  const isOwn = owner === 'account'
  return (
    <ActDialog
      title={texts.changeThreshold}
      effect={texts.thresholdEffect}
      confirm={texts.changeThreshold}
      action={change}
      onConfirm={(reason) =>
        change.run({
          input: { accountId: account, overageThreshold: isOwn ? typedMoney(cost, currency) : null, reason },
        })
      }
      onClose={onClose}
    >
      <Select label={texts.threshold} data={OWNERS} value={owner} onChange={(value) => setOwner(value ?? 'account')} />
      {isOwn && (
        <NumberField
          label={texts.cost(currency)}
          isRequired
          min={0}
          step={moneyStep(currency)}
          value={cost}
          onChange={setCost}
        />
      )}
    </ActDialog>
  )
}
