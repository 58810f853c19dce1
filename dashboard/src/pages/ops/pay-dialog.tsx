import { Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import {
  PayOutVendor,
  VendorEarnings,
  type MoneyFields,
  type VendorEarningsData,
  type VendorsData,
} from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { usePageAction } from '../../session/use-page-action.js'
import { ActDialog } from '../../ui/act-dialog.js'
import { count, date, money } from '../../ui/format.js'
import { Select } from '../../ui/select.js'
import { operationsWords } from '../../words/en/operations.js'

const texts = operationsWords.vendors

/** A balance that is to be paid. */
export interface Due {
  readonly vendor: NonNullable<VendorsData['vendors']>['nodes'][number]
  readonly amount: MoneyFields
}

/** Entries that are read for the summary. */
const ENTRIES = 100

type Entry = NonNullable<NonNullable<VendorEarningsData['vendor']>['earningsEntries']>['nodes'][number]

/** The sales of a balance: those in its currency since the last payout. The newest entry comes first. */
function summaryOf(entries: readonly Entry[], currency: string): string | null {
  const own = entries.filter(({ money: amount }) => amount.currency === currency)
  const last = own.findIndex(({ kind }) => kind === 'PAYOUT')
  const sales = own.slice(0, last < 0 ? undefined : last).filter(({ kind }) => kind === 'SALE')
  if (sales.length === 0) return null
  const isPartial = last < 0 && entries.length === ENTRIES
  return texts.paySales(count(sales.length), isPartial, date(sales.at(-1)!.at), date(sales[0]!.at))
}

/** Pays a balance out, after a look at what it is made of and where it goes, with a reason. */
export function PayDialog({ due: { vendor, amount }, onClose }: { readonly due: Due; readonly onClose: () => void }) {
  const pay = usePageAction(PayOutVendor, onClose)
  const earnings = useOperation(VendorEarnings, { vendor: vendor.id, first: ENTRIES })
  const [method, setMethod] = useState<'MANUAL' | 'PROVIDER'>('MANUAL')
  const [reference, setReference] = useState('')
  const isManual = method === 'MANUAL'
  const summary = summaryOf(earnings.data?.vendor?.earningsEntries?.nodes ?? [], amount.currency)
  return (
    <ActDialog
      title={texts.payTitle(vendor.name)}
      effect={isManual ? texts.payEffect(money(amount)) : texts.transferEffect(money(amount))}
      confirm={texts.pay(money(amount))}
      action={pay}
      onConfirm={(reason) =>
        pay.run({
          input: {
            vendorId: vendor.id,
            currency: amount.currency,
            method,
            reason,
            ...(reference && { reference }),
          },
        })
      }
      onClose={onClose}
    >
      {summary && <Text size="sm">{summary}</Text>}
      <Select
        label={texts.method}
        data={[
          { value: 'MANUAL', label: texts.methods.MANUAL },
          ...(vendor.payoutsEnabled ? [{ value: 'PROVIDER' as const, label: texts.methods.PROVIDER }] : []),
        ]}
        value={method}
        onChange={(chosen) => setMethod(chosen === 'PROVIDER' ? 'PROVIDER' : 'MANUAL')}
      />
      {isManual ? (
        <TextInput
          label={texts.reference}
          description={texts.referenceHint}
          required
          value={reference}
          onChange={(event) => setReference(event.currentTarget.value)}
        />
      ) : (
        <Text size="sm">{texts.payTo(vendor.payoutAccountId ?? '')}</Text>
      )}
    </ActDialog>
  )
}
