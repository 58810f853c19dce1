import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import type { OpenIdTokens } from '../session/open-id/tokens.js'
import { useSession } from '../session/session-context.js'
import type { SignInProblem } from '../session/sign-in-problem.js'
import { words } from '../words/en.js'
import { signInWords } from '../words/en/sign-in.js'
import { Dialog } from './dialog.js'

const texts = signInWords

/** Asks the person to sign in again in a dialog over the page, which keeps its state. Absent while the tokens are renewed automatically. */
export function SignInAgain({ tokens }: { readonly tokens: OpenIdTokens }) {
  const needsPerson = useSyncExternalStore(tokens.subscribe, tokens.needsPerson)
  return needsPerson ? <SignInDialog tokens={tokens} /> : null
}

function SignInDialog({ tokens }: { readonly tokens: OpenIdTokens }) {
  const { session, signOut } = useSession()
  const queries = useQueryClient()
  const [problem, setProblem] = useState<SignInProblem | null>(null)
  const attempt = useRef<AbortController | null>(null)
  useEffect(() => () => attempt.current?.abort(), [])
  const signIn = async () => {
    // A second click replaces a window that was closed without an answer.
    attempt.current?.abort()
    const begun = new AbortController()
    attempt.current = begun
    setProblem(null)
    const result = await tokens.signInAgain(begun.signal)
    if (result === null) await queries.invalidateQueries()
    else if (!begun.signal.aborted) setProblem(result)
  }
  return (
    <Dialog title={texts.endedTitle} isSticky onClose={() => undefined}>
      <Stack>
        <Text>{texts.endedText(session?.email ?? '')}</Text>
        {problem && (
          <Alert color="orange" role="alert">
            {texts.problems[problem.kind]}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={signOut}>
            {words.signOut}
          </Button>
          <Button onClick={() => void signIn()}>{texts.again}</Button>
        </Group>
      </Stack>
    </Dialog>
  )
}
