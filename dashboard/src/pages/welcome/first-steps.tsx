import { List, Text, Title } from '@mantine/core'
import { Suspense } from 'react'
import { useSession } from '../../session/session-context.js'
import { words } from '../../words/en.js'
import { lazyPart } from '../../session/load-part.js'

// Reads the account, which visitors do not have.
const StepProgress = lazyPart(() => import('./step-progress.js'), 'StepProgress')

const texts = words.welcome.steps

/** First steps in the sandbox. Those that the signed-in person has done are marked. */
export function FirstSteps() {
  const { session } = useSession()
  return (
    <section>
      <Title order={2} size="h4" mb="xs">
        {texts.title}
      </Title>
      {session ? (
        <Suspense fallback={<UnknownProgress />}>
          <StepProgress />
        </Suspense>
      ) : (
        <>
          <StepList done={[]} />
          <Text size="sm" c="dimmed" mt="xs">
            {texts.visitor}
          </Text>
        </>
      )}
    </section>
  )
}

/** @param done true for each step that is done, in their order */
export const StepList = ({ done }: { readonly done: readonly boolean[] }) => (
  <List type="ordered" spacing="xs">
    {texts.list.map((step, index) => (
      <List.Item key={step}>
        {step}
        {done[index] && (
          <Text span c="var(--mantine-color-green-light-color)" fw={600}>
            {' '}
            {texts.done}
          </Text>
        )}
      </List.Item>
    ))}
  </List>
)

/** The steps, with the height of the sentence that follows. */
export const UnknownProgress = () => (
  <>
    <StepList done={[]} />
    <Text size="sm" mt="xs">
      &nbsp;
    </Text>
  </>
)
