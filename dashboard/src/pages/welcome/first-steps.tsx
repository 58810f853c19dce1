import { List, Skeleton, Text, Title } from '@mantine/core'
import IconCheck from 'icon:check'
import { Suspense, type ReactNode } from 'react'
import { Installation } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { hasDeployments } from '../../session/areas.js'
import { isServed } from '../../session/config.js'
import { useSession } from '../../session/session-context.js'
import { Icon } from '../../ui/icon.js'
import { Section } from '../../ui/panel.js'
import { words } from '../../words/en.js'
import { lazyPart } from '../../session/load-part.js'

// Reads the account, which visitors do not have.
const StepProgress = lazyPart(() => import('./step-progress.js'), 'StepProgress')

const texts = words.welcome.steps

export type Step = keyof typeof texts.list

const STEPS: readonly Step[] = ['choose', 'pay', 'deploy', 'command', 'renew']

/** Page of each step. A step without its page is not shown. */
const pageOfStep = (step: Step): string => (step === 'deploy' || step === 'command' ? '/a/own/deployments' : '/return')

interface FrameProps {
  /** True for a panel. Default: a part of the page without a frame. */
  readonly isPanel?: boolean | undefined
  readonly children: ReactNode
}

/** The title of the steps above them. */
export const StepFrame = ({ isPanel = false, children }: FrameProps) =>
  isPanel ? (
    <Section title={texts.title}>{children}</Section>
  ) : (
    <section>
      <Title order={2} size="h4" mb="xs">
        {texts.title}
      </Title>
      {children}
    </section>
  )

/** First steps in the sandbox with its catalog. Those that the signed-in person has done are marked. When all are done, nothing is shown. */
export function FirstSteps({ isPanel }: Omit<FrameProps, 'children'>) {
  const { session } = useSession()
  const installation = useOperation(Installation, {}).data?.installation
  const steps =
    installation &&
    STEPS.filter(
      (step) => isServed(pageOfStep(step)) && (pageOfStep(step) === '/return' || hasDeployments(installation)),
    )
  if (steps?.length === 0) return null
  if (steps && session)
    return (
      <Suspense fallback={<StepFrame isPanel={isPanel} children={<UnknownProgress steps={steps} />} />}>
        <StepProgress steps={steps} isPanel={isPanel} />
      </Suspense>
    )
  return (
    <StepFrame isPanel={isPanel}>
      {steps ? (
        <>
          <StepList steps={steps} />
          <Text size="sm" c="dimmed" mt="xs">
            {texts.visitor}
          </Text>
        </>
      ) : (
        <Skeleton height={160} aria-hidden />
      )}
    </StepFrame>
  )
}

interface StepListProps {
  readonly steps: readonly Step[]
  /** Steps that are done. */
  readonly done?: ReadonlySet<Step>
}

export const StepList = ({ steps, done }: StepListProps) => (
  <List type="ordered" spacing="xs">
    {steps.map((step) => (
      <List.Item key={step}>
        {texts.list[step]}
        {done?.has(step) && (
          <Text span c="var(--mantine-color-green-light-color)" fw={500}>
            {' '}
            <Icon of={IconCheck} /> {texts.done}
          </Text>
        )}
      </List.Item>
    ))}
  </List>
)

/** The steps, with the height of the sentence that follows. */
export const UnknownProgress = ({ steps }: Pick<StepListProps, 'steps'>) => (
  <>
    <StepList steps={steps} />
    <Text size="sm" mt="xs">
      &nbsp;
    </Text>
  </>
)
