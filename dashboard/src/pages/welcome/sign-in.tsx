import { Alert, Button, Card, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { ReachableOpenId } from '../../session/config.js'
import { useSession } from '../../session/session-context.js'
import { words } from '../../words/en.js'
import { signInWords } from '../../words/en/sign-in.js'
import { useWantedPage } from './wanted-page.js'

const texts = signInWords

/** Signing in at the identity provider, and why the last attempt failed. */
export function SignIn() {
  const { config, problem } = useSession()
  const wanted = useWantedPage()
  const [isLeaving, setLeaving] = useState(false)
  const { openId } = config
  if (!openId) return <Text>{texts.notSetUp}</Text>
  const leave = async () => {
    setLeaving(true)
    const { leaveToSignIn } = await import('../../session/open-id/sign-in.js')
    await leaveToSignIn(openId as ReachableOpenId, wanted)
  }
  return (
    <Card withBorder padding="lg" maw={520} component="section" aria-label={words.signIn}>
      <Stack>
        {problem && (
          <Alert color={problem.kind === 'windowDone' ? 'green' : 'orange'} role="alert">
            {texts.problems[problem.kind]}
            {problem.detail && (
              <Text size="sm" mt="xs">
                {texts.detail(problem.detail)}
              </Text>
            )}
          </Alert>
        )}
        {openId.provider ? (
          <>
            {problem?.kind !== 'windowDone' && <Text>{texts.text(new URL(openId.provider.issuer).host)}</Text>}
            <Group>
              <Button loading={isLeaving} onClick={() => void leave()}>
                {problem ? texts.again : words.signIn}
              </Button>
            </Group>
          </>
        ) : (
          <Group>
            <Button onClick={() => location.reload()}>{words.panel.again}</Button>
          </Group>
        )}
      </Stack>
    </Card>
  )
}
