import { Button, Group, Stack, Text } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { Installation, SetTemplatePrice, WithdrawTemplatePrice } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { usePageAction } from '../../session/use-page-action.js'
import { ActDialog, DenialAlert } from '../../ui/act-dialog.js'
import { priceText } from '../../ui/format.js'
import { moneyStep, typedMoney } from '../../ui/money.js'
import { NumberField } from '../../ui/number-field.js'
import { Segments } from '../../ui/segments.js'
import { Select } from '../../ui/select.js'
import { vendorWords } from '../../words/en/vendor.js'
import { wasPublished } from './template-progress.js'
import type { TemplateOfVendor } from './template.js'

const texts = vendorWords
const KINDS = Object.entries(texts.kinds).map(([value, label]) => ({ value: value as keyof typeof texts.kinds, label }))
const INTERVALS = Object.entries(texts.intervals).map(([value, label]) => ({ value, label }))

/** The price that buyers pay now, or from the publication on, in one line. Null for a free template. */
function saleText({ product, status }: TemplateOfVendor): string | null {
  const [price] = product?.prices ?? []
  if (!product || !price) return null
  const text = priceText(price)
  if (product.active) return text
  return wasPublished(status) ? texts.notForSale : texts.futurePrice(text)
}

/** The price of a template, which is changed apart from its content. */
export function PriceForm({ template }: { readonly template: TemplateOfVendor }) {
  const { id, product } = template
  const installation = useOperation(Installation, {})
  const currency = installation.data?.installation.currency ?? 'USD'
  const [amount, setAmount] = useState('')
  const [interval, setInterval] = useState<string | null>('ONE_TIME')
  const set = usePageAction(SetTemplatePrice, () => setAmount(''))
  const [isStopping, setStopping] = useState(false)
  const withdraw = usePageAction(WithdrawTemplatePrice, () => setStopping(false))
  const isFuture = product !== null && !product.active && !wasPublished(template.status)
  // A template that was sold never becomes free: its sale can end.
  const canBeFree = product === null || isFuture
  const [kind, setKind] = useState<keyof typeof texts.kinds>(product ? 'paid' : 'free')
  const price = saleText(template)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    set.run({
      id,
      price: {
        money: typedMoney(amount, currency),
        interval: interval === 'MONTH' ? { unit: 'MONTH' } : null,
      },
    })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {price && <Text fw={500}>{price}</Text>}
        <Group align="flex-end">
          {canBeFree && <Segments label={texts.price} data={KINDS} value={kind} onChange={setKind} />}
          {(kind === 'paid' || !canBeFree) && (
            <>
              <NumberField
                label={texts.amount(currency)}
                step={moneyStep(currency)}
                min={0}
                isRequired
                value={amount}
                onChange={setAmount}
              />
              <Select label={texts.interval} data={INTERVALS} value={interval} onChange={setInterval} />
              <Button type="submit" variant="default" loading={set.isPending}>
                {texts.setPrice}
              </Button>
            </>
          )}
          {isFuture && kind === 'free' && (
            <Button variant="default" loading={withdraw.isPending} onClick={() => withdraw.run({ id })}>
              {texts.removePrice}
            </Button>
          )}
          {product?.active && (
            <Button variant="default" aria-haspopup="dialog" onClick={() => setStopping(true)}>
              {texts.withdrawPrice}
            </Button>
          )}
        </Group>
        <DenialAlert action={set} />
        {isStopping ? (
          <ActDialog
            title={texts.withdrawPrice}
            effect={texts.withdrawPriceEffect}
            confirm={texts.withdrawPrice}
            isDangerous
            needsReason={false}
            action={withdraw}
            onConfirm={() => withdraw.run({ id })}
            onClose={() => setStopping(false)}
          />
        ) : (
          <DenialAlert action={withdraw} />
        )}
      </Stack>
    </form>
  )
}
