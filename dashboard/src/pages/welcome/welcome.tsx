import './welcome.css'
import IconBuildingStore from 'icon:building-store'
import IconServer2 from 'icon:server-2'
import IconShieldCheck from 'icon:shield-check'
import {
  Alert,
  Anchor,
  Button,
  Card,
  Group,
  List,
  NativeSelect,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { useEffect, useState, type FormEvent } from 'react'
import { Installation } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { hasDeployments } from '../../session/areas.js'
import { serverUrl, isServed } from '../../session/config.js'
import { useSession } from '../../session/session-context.js'
import { personOf, signInToSandbox, type SandboxPerson, type Session } from '../../session/session.js'
import { Icon } from '../../ui/icon.js'
import { PageHeading } from '../../ui/page-heading.js'
import { words } from '../../words/en.js'
import { signInWords } from '../../words/en/sign-in.js'
import { FirstSteps } from './first-steps.js'
import { SignIn } from './sign-in.js'
import { useWantedPage } from './wanted-page.js'

const PERSONS = ['ann', 'vera', 'ops'] as const
/** Page of the work of each person. */
const PAGES = { ann: '/', vera: '/vendor', ops: '/ops/accounts' } as const
const PERSON_ICONS = { ann: IconServer2, vera: IconBuildingStore, ops: IconShieldCheck } as const
const ROLES = ['user', 'vendor', 'developer', 'admin'] as const

interface WelcomeProps {
  /** Address of an invited person, who signs in with it. Default: everybody chooses. */
  readonly email?: string
}

/** True while a person signs in here. The new session renders this page again before the wanted one opens. */
let isChoosing = false

/** The start page: signing in, what to try first, and the addresses for developers. It leads a person who is signed in home. */
export function Welcome(props: WelcomeProps) {
  const { session } = useSession()
  const [wasSignedIn] = useState(session !== null && !isChoosing)
  return wasSignedIn && session ? <ToHome session={session} /> : <Start {...props} />
}

function ToHome({ session }: { readonly session: Session }) {
  const navigate = useNavigate()
  const [failure, setFailure] = useState<Error | null>(null)
  useEffect(() => {
    let isOpen = true
    const go = async () => {
      const { home } = await personOf(session.token)
      if (isOpen) await navigate({ href: home, replace: true })
    }
    go().catch(setFailure)
    return () => {
      isOpen = false
    }
  }, [session, navigate])
  if (failure) throw failure
  return null
}

function Start({ email = '' }: WelcomeProps) {
  const { config } = useSession()
  const installation = useOperation(Installation, {}).data?.installation
  const hasMarket = installation ? hasDeployments(installation) : isServed('/market')
  return (
    <Stack gap="xl">
      <div>
        <PageHeading>{words.welcome.title}</PageHeading>
        {config.sandboxSignIn && isServed('/market') && <Text maw={720}>{signInWords.product}</Text>}
        <Text c="dimmed">{config.sandboxSignIn ? words.welcome.sandbox : words.welcome.text(config.business)}</Text>
      </div>
      {config.sandboxSignIn ? <ChoosePerson email={email} /> : <SignIn />}
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xl">
        {config.sandboxSignIn && <FirstSteps />}
        <section>
          {isServed('/plans') && (
            <>
              <Title order={2} size="h4" mb="xs">
                {words.welcome.visitors}
              </Title>
              <List spacing="xs" mb="lg">
                <List.Item>
                  <Anchor component={Link} to="/plans">
                    {words.welcome.plans}
                  </Anchor>
                </List.Item>
                {hasMarket && (
                  <List.Item>
                    <Anchor component={Link} to="/market">
                      {words.welcome.market}
                    </Anchor>
                  </List.Item>
                )}
              </List>
            </>
          )}
          <Title order={2} size="h4" mb="xs">
            {words.welcome.forDevelopers}
          </Title>
          <List spacing="xs">
            <List.Item>
              <Anchor href={serverUrl('graphiql').href}>{words.welcome.graphiql}</Anchor>
            </List.Item>
            <List.Item>
              {words.welcome.graphql}: <code className="wrap">{serverUrl('graphql').href}</code>
            </List.Item>
          </List>
        </section>
      </SimpleGrid>
    </Stack>
  )
}

function ChoosePerson({ email }: { readonly email: string }) {
  const { signIn } = useSession()
  const navigate = useNavigate()
  const wanted = useWantedPage()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState('')

  const choose = async (person: SandboxPerson) => {
    setBusy(true)
    setError('')
    isChoosing = true
    try {
      const session = await signInToSandbox(person, true)
      const { page } = await personOf(session.token)
      signIn(session)
      await navigate({ href: wanted ?? page })
    } catch (reason) {
      setError((reason as Error).message)
    } finally {
      isChoosing = false
      setBusy(false)
    }
  }

  return (
    <section>
      <Title order={2} size="h4" mb="sm">
        {words.sandbox.who}
      </Title>
      {error && (
        <Alert color="red" mb="sm" role="alert">
          {error}
        </Alert>
      )}
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        {PERSONS.filter((person) => isServed(PAGES[person])).map((person) => {
          const { name, role, text } = words.sandbox.persons[person]
          return (
            <Card key={person} withBorder padding="md">
              <Stack gap="sm" h="100%" justify="space-between">
                <Group gap="sm" wrap="nowrap" align="flex-start">
                  <span className="person-mark">
                    <Icon of={PERSON_ICONS[person]} size={20} />
                  </span>
                  <div>
                    <Text fw={500}>
                      {name} · {role}
                    </Text>
                    <Text size="sm" c="dimmed">
                      {isServed('/return') && text}
                    </Text>
                  </div>
                </Group>
                <Button disabled={busy} onClick={() => void choose({ person })}>
                  {words.sandbox.signInAs(name)}
                </Button>
              </Stack>
            </Card>
          )
        })}
      </SimpleGrid>
      <OtherPerson invited={email} onChoose={(person) => void choose(person)} />
    </section>
  )
}

interface OtherPersonProps {
  readonly invited: string
  readonly onChoose: (person: SandboxPerson) => void
}

function OtherPerson({ invited, onChoose }: OtherPersonProps) {
  const [email, setEmail] = useState(invited)
  const [role, setRole] = useState<string>('user')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onChoose({ email, role })
  }
  return (
    <details className="other-person" open={invited !== ''}>
      <summary>{words.sandbox.other}</summary>
      <form onSubmit={submit}>
        <Stack gap="sm" maw={360} mt="sm">
          <TextInput
            label={words.sandbox.email}
            type="email"
            required
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <NativeSelect
            label={words.sandbox.role}
            data={[...ROLES]}
            value={role}
            onChange={(event) => setRole(event.currentTarget.value)}
          />
          <Button type="submit">{words.signIn}</Button>
        </Stack>
      </form>
    </details>
  )
}
