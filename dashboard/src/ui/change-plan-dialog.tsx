import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Interval } from './format.js'
import { usePlanChange, usePlanChangePreview } from '@stackgate/react/hooks'
import { DenialCard } from './denial-card.js'
import { Dialog } from './dialog.js'
import { OutcomeText } from './dialogs.js'
import { date, money } from './format.js'
import { PanelContent } from './panel.js'
import { ShortList } from './short-list.js'
import { words } from '../words/en.js'
import { discountWords } from '../words/en/discounts.js'
import { isAboutCode } from './is-about-code.js'

interface ChangePlanDialogProps {
  readonly account: string
  readonly plan: { readonly code: string; readonly name: string }
  /** Null: unchanged. */
  readonly interval: Interval | null
  /** Null: unchanged. */
  readonly quantity: number | null
  /** The offer that is accepted. Its price, interval and quantity apply. */
  readonly negotiatedPlanId?: string
  /** Default: the name of the plan. */
  readonly title?: string
  /** Called after the change, before `onClose`. */
  readonly onChanged?: () => void
  readonly onClose: () => void
}

/** Shows what a change of the plan costs, as the provider computes it, before it is confirmed. */
export function ChangePlanDialog({
  account,
  plan,
  interval,
  quantity,
  negotiatedPlanId,
  title = words.plans.changeTo(plan.name),
  onChanged,
  onClose,
}: ChangePlanDialogProps) {
  const [typedCode, setTypedCode] = useState('')
  const [promotionCode, setPromotionCode] = useState('')
  const input = {
    plan: plan.code,
    ...(interval === null ? {} : { interval }),
    ...(quantity === null ? {} : { quantity }),
    ...(negotiatedPlanId === undefined ? {} : { negotiatedPlanId }),
    ...(promotionCode === '' ? {} : { promotionCode }),
  }
  const preview = usePlanChangePreview(input, account)
  const change = usePlanChange(account)
  const confirm = async () => {
    try {
      await change.mutateAsync(input)
    } catch {
      // The outcome is in the dialog.
      return
    }
    onChanged?.()
    onClose()
  }
  const { denial } = preview
  const codeProblem = promotionCode !== '' && denial && isAboutCode(denial) ? denial.message : null
  return (
    <Dialog onClose={onClose} title={title}>
      <Stack>
        {denial ? (
          !codeProblem && <DenialCard denial={denial} account={account} onLifted={onClose} />
        ) : (
          <PanelContent query={preview} height={90}>
            {(result) => (
              <Stack gap="xs">
                <Text fw={500}>{words.plans.dueNow(money(result.dueNow))}</Text>
                <Text size="sm">{words.plans.changesOn(date(result.effectiveAt))}</Text>
                <ShortList
                  name={words.plans.changeLines}
                  items={result.lines.map(({ description, money: amount, discount }) => ({
                    id: description,
                    title: description,
                    note: discount && discountWords.line(money(discount)),
                    side: <span className="amount">{money(amount)}</span>,
                  }))}
                />
                {result.beginsPeriod && <Text size="sm">{words.plans.beginsPeriod}</Text>}
                {result.nextAmount && result.nextDate && (
                  <Text size="sm">{words.plans.next(money(result.nextAmount), date(result.nextDate))}</Text>
                )}
              </Stack>
            )}
          </PanelContent>
        )}
        <Group
          align="flex-end"
          gap="xs"
          component="form"
          onSubmit={(event) => {
            event.preventDefault()
            setPromotionCode(typedCode)
          }}
        >
          <TextInput
            label={words.plans.promotionCode}
            value={typedCode}
            error={codeProblem}
            maxLength={100}
            autoComplete="off"
            // The red of an error is too light for text.
            styles={{
              input: { color: 'var(--mantine-color-text)' },
              error: { color: 'light-dark(var(--mantine-color-red-9), var(--mantine-color-red-4))' },
            }}
            onChange={(event) => setTypedCode(event.currentTarget.value.trim())}
          />
          <Button variant="default" type="submit" disabled={typedCode === promotionCode}>
            {discountWords.apply}
          </Button>
        </Group>
        {change.denial && <DenialCard denial={change.denial} account={account} onLifted={onClose} />}
        <OutcomeText outcome={{ denial: null, error: change.error }} account={account} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {words.plans.cancel}
          </Button>
          <Button
            loading={change.isPending}
            disabled={!preview.data || typedCode !== promotionCode}
            onClick={() => void confirm()}
          >
            {Number(preview.data?.dueNow.decimal ?? 0) > 0
              ? words.pastDue.pay(money(preview.data!.dueNow))
              : words.plans.confirm}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  )
}
