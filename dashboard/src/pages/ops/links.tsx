import { Anchor, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ActorFields } from '@stackgate/client/documents'
import { operationsWords } from '../../words/en/operations.js'

/** Leads to the page of an account. */
export function AccountLink({ account }: { readonly account: { readonly id: string; readonly name: string } | null }) {
  if (!account) return <Text span>–</Text>
  return (
    <Anchor component={Link} to={`/ops/accounts/${account.id}`} size="sm">
      {account.name || account.id}
    </Anchor>
  )
}

/** Leads to the acts of a user, service, agent or system. */
export const ActorLink = ({ actor, isInText }: { readonly actor: ActorFields; readonly isInText?: boolean }) => (
  <Anchor
    component={Link}
    to="/ops/audit"
    search={{ actor: actor.user?.id ?? actor.apiKey?.id ?? actor.label } as never}
    size="sm"
    underline={isInText ? 'always' : 'hover'}
  >
    {actor.label}
  </Anchor>
)

/** Name of a payment provider. */
export const providerName = (provider: string): string => operationsWords.providers[provider] ?? provider
