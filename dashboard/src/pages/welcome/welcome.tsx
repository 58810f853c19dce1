import { Alert, Anchor, Button, Card, List, Select, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { serverUrl } from '../../session/config.js'
import { invitationToken } from '../../session/invitation-token.js'
import { useSession } from '../../session/session-context.js'
import { accountOf, signInToSandbox, type SandboxPerson } from '../../session/session.js'
import { PageHeading } from '../../ui/page-heading.js'
import { words } from '../../words/en.js'

const PERSONS = ['ann', 'vera', 'ops'] as const
const ROLES = ['user', 'vendor', 'developer', 'admin'] as const

/** The start page: who one is in the sandbox, and the addresses for developers. */
export function Welcome() {
  const { config, session } = useSession()
  return (
    <Stack gap="xl">
      <PageHeading>{words.welcome.title}</PageHeading>
      {config.sandboxSignIn ? <ChoosePerson /> : !session && <Text>{words.welcome.notSetUp}</Text>}
      <section>
        <Title order={2} size="h4" mb="xs">
          {words.welcome.forDevelopers}
        </Title>
        <List>
          <List.Item>
            <Anchor href={serverUrl('graphiql').href}>{words.welcome.graphiql}</Anchor>
          </List.Item>
          <List.Item>
            {words.welcome.graphql}: <code>{serverUrl('graphql').href}</code>
          </List.Item>
          <List.Item>
            <Anchor component={Link} to="/plans">
              {words.plans.title}
            </Anchor>
          </List.Item>
          <List.Item>
            <Anchor component={Link} to="/market">
              {words.market.title}
            </Anchor>
          </List.Item>
        </List>
      </section>
    </Stack>
  )
}

function ChoosePerson() {
  const { signIn } = useSession()
  const navigate = useNavigate()
  const { next }: { readonly next?: unknown } = useSearch({ strict: false })
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState('')

  const choose = async (person: SandboxPerson) => {
    setBusy(true)
    setError('')
    try {
      const session = await signInToSandbox(person)
      const account = await accountOf(session)
      signIn(session)
      // The link of an invitation continues after signing in.
      const page = isPage(next) ? next : `/a/${account}/plans`
      await navigate({ to: invitationToken() ? '/invitations' : page })
    } catch (reason) {
      setError((reason as Error).message)
    } finally {
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
        {PERSONS.map((person) => {
          const { name, role, text } = words.sandbox.persons[person]
          return (
            <Card key={person} withBorder padding="md">
              <Stack gap="xs" h="100%" justify="space-between">
                <div>
                  <Text fw={600}>
                    {name} · {role}
                  </Text>
                  <Text size="sm" c="dimmed">
                    {text}
                  </Text>
                </div>
                <Button disabled={busy} onClick={() => void choose({ person })}>
                  {words.signIn}: {name}
                </Button>
              </Stack>
            </Card>
          )
        })}
      </SimpleGrid>
      <OtherPerson onChoose={(person) => void choose(person)} />
    </section>
  )
}

/** True for a page of the dashboard: an address elsewhere is not followed. */
const isPage = (path: unknown): path is string => typeof path === 'string' && /^\/[a-z]/.test(path)

function OtherPerson({ onChoose }: { readonly onChoose: (person: SandboxPerson) => void }) {
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<string>('user')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onChoose({ email, role })
  }
  return (
    <details>
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
          <Select
            label={words.sandbox.role}
            data={[...ROLES]}
            value={role}
            allowDeselect={false}
            onChange={(value) => setRole(value ?? 'user')}
          />
          <Button type="submit">{words.signIn}</Button>
        </Stack>
      </form>
    </details>
  )
}
