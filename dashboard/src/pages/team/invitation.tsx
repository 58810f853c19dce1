import { Alert, Button, Card, List, Stack, Text } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { AcceptInvitation, Invitation, ViewerInvitations } from '@stackgate/client/documents'
import { dropInvitationToken, invitationToken } from '../../session/invitation-token.js'
import { useSession } from '../../session/session-context.js'
import { useAction } from '../../session/use-action.js'
import { useOperation } from '@stackgate/react/hooks'
import { OutcomeText } from '../../ui/dialogs.js'
import { date } from '../../ui/format.js'
import { PageHeading } from '../../ui/page-heading.js'
import { Panel, PanelContent } from '../../ui/panel.js'
import { teamWords } from '../../words/en/team.js'
import { SignInFirst } from '../welcome/sign-in-first.js'

/** The page that the mail of an invitation links to. */
export function InvitationPage() {
  const [token] = useState(invitationToken)
  const { session } = useSession()
  if (!session) return token ? <InvitedVisitor token={token} /> : <SignInFirst />
  return (
    <Stack>
      <PageHeading>{teamWords.invitation.title}</PageHeading>
      {token ? <OneInvitation token={token} email={session.email} /> : <OwnInvitations />}
    </Stack>
  )
}

/** A person without a session: the team that invited them, and the address with which they sign in. */
function InvitedVisitor({ token }: { readonly token: string }) {
  const { data, isPending } = useOperation(Invitation, { token })
  const texts = teamWords.invitation
  const found = data?.invitation
  if (isPending) return null
  return (
    <Stack>
      <Alert color="blue" title={found && texts.text(found.accountName, teamWords.roles[found.role]!)}>
        {found ? texts.signInAs(found.email) : texts.signIn}
      </Alert>
      <SignInFirst {...(found && { email: found.email })} />
    </Stack>
  )
}

function OneInvitation({ token, email }: { readonly token: string; readonly email: string }) {
  const invitation = useOperation(Invitation, { token })
  const navigate = useNavigate()
  const accept = useAction(AcceptInvitation, (member) => {
    dropInvitationToken()
    void navigate({ to: member.account ? `/a/${member.account.id}/team` : '/' })
  })
  const texts = teamWords.invitation
  return (
    <Card withBorder padding="lg" maw={560}>
      <PanelContent query={invitation} height={120}>
        {({ invitation: found }) =>
          found ? (
            <Stack align="flex-start">
              <Text fw={500}>{texts.text(found.accountName, teamWords.roles[found.role]!)}</Text>
              {found.inviterName && <Text>{texts.from(found.inviterName)}</Text>}
              <Text c="dimmed" size="sm">
                {texts.until(date(found.expiresAt))}
              </Text>
              <OutcomeText outcome={accept} account="" />
              <Button loading={accept.isPending} onClick={() => accept.run({ token })}>
                {texts.join(email)}
              </Button>
            </Stack>
          ) : (
            <Text>{texts.invalid}</Text>
          )
        }
      </PanelContent>
    </Card>
  )
}

/** Opened without a link: what is open for the address of the person. */
function OwnInvitations() {
  const invitations = useOperation(ViewerInvitations, {})
  const texts = teamWords.invitation
  return (
    <Panel title={texts.yours} query={invitations}>
      {({ viewer }) =>
        viewer?.invitations?.nodes.length ? (
          <Stack gap="xs">
            <List>
              {viewer.invitations.nodes.map(({ accountName, role, expiresAt }) => (
                <List.Item key={accountName}>
                  {texts.text(accountName, teamWords.roles[role]!)} {texts.until(date(expiresAt))}
                </List.Item>
              ))}
            </List>
            <Text size="sm">{texts.useMail}</Text>
          </Stack>
        ) : (
          <Text>{texts.none}</Text>
        )
      }
    </Panel>
  )
}
