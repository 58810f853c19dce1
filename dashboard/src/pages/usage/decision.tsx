import { List, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { Check, type EntitlementFields } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { DenialCard } from '../../ui/denial-card.js'
import { PanelContent } from '../../ui/panel.js'
import { decisionWords } from '../../words/en/decision.js'

const texts = decisionWords

/** True if the next request for the feature is refused. */
export const isRefused = ({ granted, unlimited, remaining, overage }: EntitlementFields): boolean =>
  !granted || (!unlimited && remaining === 0 && (overage?.remaining ?? 0) === 0)

interface DecisionProps {
  readonly account: string
  /** Code of the feature. */
  readonly feature: string
}

interface FoldedDecisionProps extends DecisionProps {
  /** Default: that of a refused request. */
  readonly title?: string
  readonly isOpened?: boolean
}

/** The decision about a request, below its title. It is read when the title is pressed. */
export function FoldedDecision({ title = texts.refused, isOpened = false, ...props }: FoldedDecisionProps) {
  const [isOpen, setOpen] = useState(isOpened)
  return (
    <details open={isOpen} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{title}</summary>
      {isOpen && <Decision {...props} />}
    </details>
  )
}

/** Steps of the decision about the next request for a feature, and the remedies of a denial. */
export function Decision({ account, feature }: DecisionProps) {
  const query = useOperation(Check, { account, feature })
  return (
    <PanelContent query={query} height={60}>
      {({ check }) =>
        check && (
          <Stack gap="xs" pt="xs">
            {check.denial ? (
              <DenialCard key={check.denial.message} denial={check.denial} account={account} />
            ) : (
              <Text size="sm">{texts.yes}</Text>
            )}
            <List size="sm" type="ordered" aria-label={texts.steps}>
              {check.explain.map((step) => (
                <List.Item key={step}>{step}</List.Item>
              ))}
            </List>
          </Stack>
        )
      }
    </PanelContent>
  )
}
