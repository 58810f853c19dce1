import '../../ui/attention.css'
import { Button, Stack, Text } from '@mantine/core'
import IconCircleCheck from 'icon:circle-check'
import type { ReactNode } from 'react'
import { Icon } from '../../ui/icon.js'
import { LinkButton } from '../../ui/link-button.js'
import { vendorWords } from '../../words/en/vendor.js'
import type { Vendor } from './vendor-templates.js'

const texts = vendorWords.steps

interface Step {
  readonly key: string
  readonly text: string
  readonly isUrgent?: boolean
  readonly act: ReactNode
}

interface NextStepsProps {
  readonly vendor: Vendor | null
  readonly onCreate: () => void
}

/** Steps of a vendor, the most urgent first: changes that a reviewer asked for, drafts, and the account for payouts. */
export function NextSteps({ vendor, onCreate }: NextStepsProps) {
  const steps = vendor ? stepsOf(vendor, onCreate) : [profileStep]
  if (steps.length === 0)
    return (
      <div className="empty">
        <Icon of={IconCircleCheck} size={32} />
        <Text size="sm">{texts.none}</Text>
      </div>
    )
  return (
    <Stack gap={0} role="list" className="attention">
      {steps.map(({ key, text, isUrgent, act }) => (
        <div key={key} role="listitem" data-urgent={isUrgent || undefined}>
          <span>{text}</span>
          {act}
        </div>
      ))}
    </Stack>
  )
}

const profileStep: Step = {
  key: 'profile',
  text: texts.profile,
  act: (
    <Button component="a" href="#profile" size="compact-sm" variant="default">
      {texts.toProfile}
    </Button>
  ),
}

function stepsOf({ templates, payable, payoutsEnabled }: Vendor, onCreate: () => void): readonly Step[] {
  const named = templates.nodes.map(({ id, name, status, nextVersion }) => ({
    id,
    name: nextVersion?.name ?? name,
    status: nextVersion?.status ?? status,
  }))
  const step = (status: string, text: (name: string) => string, act: string, isUrgent = false): Step[] =>
    named
      .filter((template) => template.status === status)
      .map(({ id, name }) => ({
        key: id,
        text: text(name),
        isUrgent,
        act: (
          <LinkButton
            to="/vendor/templates/$id"
            params={{ id } as never}
            size="compact-sm"
            variant="default"
            aria-label={texts.actOf(act, name)}
          >
            {act}
          </LinkButton>
        ),
      }))
  const hasBalance = (payable ?? []).some(({ decimal }) => Number(decimal) > 0)
  return [
    ...step('NEEDS_CHANGES', texts.changes, texts.revise, true),
    ...(hasBalance && !payoutsEnabled
      ? [
          {
            key: 'payouts',
            text: texts.payouts,
            act: (
              <Button component="a" href="#payouts" size="compact-sm" variant="default">
                {texts.toPayouts}
              </Button>
            ),
          },
        ]
      : []),
    ...step('DRAFT', texts.draft, texts.finish),
    ...(templates.nodes.length === 0
      ? [
          {
            key: 'first',
            text: texts.first,
            act: (
              <Button size="compact-sm" aria-haspopup="dialog" onClick={onCreate}>
                {texts.create}
              </Button>
            ),
          },
        ]
      : []),
  ]
}
