import { Alert, Group, Stack, Text } from '@mantine/core'
import { useRouterState } from '@tanstack/react-router'
import { useState } from 'react'
import { Entitlements, type EntitlementFields } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { count } from '../../ui/format.js'
import { nothingLeft } from '../usage/nothing-left.js'
import { isServed } from '../../session/config.js'
import { LinkButton } from '../../ui/link-button.js'
import { nearLimitWords } from '../../words/en/near-limits.js'

const texts = nearLimitWords

/** True if a reader should know. An account that may have one thing and has it is at the limit as intended. */
const isNear = ({ feature, nearLimit, limit }: EntitlementFields): boolean =>
  nearLimit && (feature.kind !== 'LIMIT' || (limit ?? 0) > 1)

/** Changes with every use: a limit that was hidden appears again. */
const stateOf = ({ feature, used, limit }: EntitlementFields): string => `${feature.id} ${used} ${limit}`

/** After a change to a smaller plan, more can be used than the limit. */
function sentenceOf({ feature, used, limit, resetsAt }: EntitlementFields): string {
  const [name, allowed] = [feature.name, limit ?? 0]
  if (used <= allowed) return texts.used(name, count(used), count(allowed))
  return `${texts.over(name, count(used), count(allowed))} ${nothingLeft(resetsAt)}`
}

/**
 * Says on the pages of an account which limits are nearly reached, and links to plans and packages. Absent on the page that lists all limits.
 */
export function NearLimits({ account }: { readonly account: string }) {
  const page = useRouterState({ select: ({ location }) => location.pathname.split('/').at(-1) })
  const entitlements = useOperation(Entitlements, { account })
  const [hidden, setHidden] = useState<readonly string[]>([])
  const near = (entitlements.data?.account?.usage?.entitlements ?? []).filter(
    (each) => isNear(each) && !hidden.includes(stateOf(each)),
  )
  if (near.length === 0 || page === 'usage') return null
  return (
    <Alert
      className="notice"
      color="orange"
      role="status"
      p="sm"
      withCloseButton
      closeButtonLabel={texts.hide}
      onClose={() => setHidden([...hidden, ...near.map(stateOf)])}
    >
      <Group justify="space-between" gap="xs">
        <Stack gap={2}>
          {near.map((entitlement) => (
            <Text size="sm" key={entitlement.feature.id}>
              {sentenceOf(entitlement)}
            </Text>
          ))}
        </Stack>
        <Group gap="xs">
          {page !== 'plans' && isServed('/plans') && (
            <LinkButton to="/a/$account/plans" params={{ account }} size="xs">
              {texts.plans}
            </LinkButton>
          )}
          <LinkButton to="/a/$account/usage" params={{ account }} size="xs" variant="default">
            {texts.limits}
          </LinkButton>
        </Group>
      </Group>
    </Alert>
  )
}
